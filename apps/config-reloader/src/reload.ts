import type { Service } from './arguments.ts';
import { configHealth, type ConfigHealth } from './health.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { findProcess, signal, type Unreachable } from './service-process.ts';

/** How long a service may take until it says what became of a signal. */
const OUTCOME_LIMIT_MS = 10_000;
const ASK_EVERY_MS = 20;

export interface ReloadParts {
  log: Log;
  metrics: Metrics;
  /** Called with each process that was found, before it is signalled. */
  onProcess: (pid: number) => void;
}

/**
 * Makes a service read its configuration again and says what became of it. The result resolves to whether the service
 * was signalled; if not, it is to be called again.
 */
export function createReload(service: Service, { log, metrics, onProcess }: ReloadParts): () => Promise<boolean> {
  const { name, healthz } = service;
  let known: string | undefined;

  /** Logs and counts each new reason once. */
  function fail({ reason, message }: Unreachable): false {
    metrics.reach(name, reason);
    if (known !== message) {
      metrics.count(name, 'failed');
      log('warn', 'the service cannot be signalled; trying again', { service: name, reason: message });
    }
    known = message;
    return false;
  }

  return async () => {
    const pid = findProcess(service.target);
    if (typeof pid !== 'number') return fail(pid);
    onProcess(pid);
    // Only a service that responds has a handler for the signal; any other process would end by it.
    const before = await configHealth(healthz);
    if (before === undefined) return fail({ reason: 'no_health', message: `no status from ${healthz.href}` });
    const obstacle = signal(pid);
    if (obstacle !== undefined) return fail(obstacle);
    known = undefined;
    metrics.reach(name, undefined);
    report(await outcome(healthz, before));
    return true;
  };

  function report(after: ConfigHealth | undefined): void {
    const { version, error, restart_required } = after ?? {};
    metrics.count(name, after === undefined ? 'unknown' : error === undefined ? 'applied' : 'refused');
    const fields = { service: name, config: version, restart_required };
    if (after === undefined) {
      log('error', 'configuration signalled, but the service does not say what became of it', { service: name });
    } else if (error === undefined) {
      log('info', 'configuration applied', fields);
    } else {
      log('error', 'configuration refused; the last good one stays in force', { ...fields, reason: error });
    }
  }
}

/** The state after a reload; undefined when there was none within the limit. */
async function outcome(healthz: URL, before: ConfigHealth): Promise<ConfigHealth | undefined> {
  const limit = Date.now() + OUTCOME_LIMIT_MS;
  while (Date.now() < limit) {
    const now = await configHealth(healthz);
    if (now !== undefined && (now.loaded_at !== before.loaded_at || now.refused_at !== before.refused_at)) return now;
    await new Promise((done) => setTimeout(done, ASK_EVERY_MS));
  }
  return undefined;
}
