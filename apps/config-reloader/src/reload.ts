import { setTimeout as sleep } from 'node:timers/promises';
import type { Service } from './arguments.ts';
import { configHealth, type ConfigHealth } from './health.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { findProcess, reasons, signal, Unreachable } from './service-process.ts';

/** How long a service may take until it says what became of the signal. */
const OUTCOME_LIMIT_MS = 10_000;
const ASK_EVERY_MS = 20;

export interface ReloadParts {
  log: Log;
  metrics: Metrics;
  /** Called with the process that was found, before it is signalled. */
  onProcess: (pid: number) => void;
}

/**
 * Makes a service read its configuration again, and says what became of it. Resolves to whether it was signalled; if not,
 * it is to be called again.
 */
export function createReload({ name, target, healthz }: Service, { log, metrics, onProcess }: ReloadParts) {
  let obstacle: string | undefined;

  function reach(reason?: Unreachable['reason']): void {
    for (const each of reasons) metrics.set('unreachable', { service: name, reason: each }, Number(each === reason));
  }

  function report(outcome: string, level: 'info' | 'warn' | 'error', message: string, fields?: object): void {
    metrics.add('reloads_total', { service: name, outcome });
    metrics.set('last_outcome_success', { service: name }, Number(outcome === 'applied'));
    log(level, message, { target: name, ...fields });
  }

  return async (): Promise<boolean> => {
    try {
      const pid = findProcess(target);
      onProcess(pid);
      // Only a service that responds handles the signal; another process would end by it.
      const before = await configHealth(healthz);
      if (before === undefined) throw new Unreachable('no_health', `no status from ${healthz}`);
      signal(pid);
      obstacle = undefined;
      reach();
      reportOutcome(await outcomeOf(healthz, before));
      return true;
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      reach(error.reason);
      const reason = error.message;
      if (reason !== obstacle) report('failed', 'warn', 'cannot signal the service yet; will retry', { reason });
      obstacle = reason;
      return false;
    }
  };

  function reportOutcome(after: ConfigHealth | undefined): void {
    const { version: config, error: reason, restart_required } = after ?? {};
    if (after === undefined) report('unknown', 'error', 'signalled, but the service does not say what became of it');
    else if (reason === undefined) report('applied', 'info', 'configuration applied', { config, restart_required });
    else report('refused', 'error', 'configuration refused; the last good one stays in force', { config, reason });
  }
}

/** The state after the reload; undefined if there is none within the limit. */
async function outcomeOf(healthz: string, before: ConfigHealth): Promise<ConfigHealth | undefined> {
  for (const limit = Date.now() + OUTCOME_LIMIT_MS; Date.now() < limit; await sleep(ASK_EVERY_MS)) {
    const now = await configHealth(healthz);
    if (now !== undefined && (now.loaded_at !== before.loaded_at || now.refused_at !== before.refused_at)) return now;
  }
  return undefined;
}
