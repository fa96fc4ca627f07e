import type { LiveConfig } from '@evenkeel/config';
import { observeInfo, type Logger } from '@evenkeel/telemetry';
import { metrics } from '@opentelemetry/api';
import type { ServiceConfig } from './variables.ts';

/** Reads the reloadable configuration again on SIGHUP; the outcome shows in a log line and in two metrics. */
export function followReloads(config: LiveConfig<ServiceConfig>, logger: Logger): void {
  const meter = metrics.getMeter('@evenkeel/service');
  meter
    .createObservableGauge('config.last_reload.successful', { description: '1 unless the last reload was refused' })
    .addCallback((result) => result.observe(config.state.error === undefined ? 1 : 0));
  const reloads = meter.createCounter('config.reloads', { description: 'Reloads of the configuration, by outcome' });
  // From the start: a rate needs a first value to rise from.
  for (const outcome of ['accepted', 'rejected']) reloads.add(0, { outcome });
  observeInfo({
    name: 'config.info',
    description: 'The configuration in force',
    attributes: () => ({ version: config.state.version }),
  });

  config.onReload(({ LOG_LEVEL }) => {
    logger.level = LOG_LEVEL;
  });
  process.on('SIGHUP', () => {
    const before = config.state;
    const accepted = config.reload();
    reloads.add(1, { outcome: accepted ? 'accepted' : 'rejected' });
    const { version, restart_required, error } = config.state;
    const isAsBefore = version === before.version && before.error === undefined && restart_required === undefined;
    if (!accepted) logger.error({ reason: error }, 'configuration rejected; the last good one stays in force');
    else logger[isAsBefore ? 'debug' : 'info']({ config: version, restart_required }, 'configuration reloaded');
  });
}
