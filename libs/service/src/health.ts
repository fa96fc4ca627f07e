import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@evenkeel/telemetry';

/** A store or a service that this one depends on or calls. */
export interface HealthCheck {
  /** Resolves when it responds; must reject when `signal` aborts. */
  check(signal: AbortSignal): Promise<unknown>;
  /** `true` for what `services.yaml` lists in `depends_on`: the service is not ready before it was reached once. */
  required: boolean;
}

export type HealthChecks = Readonly<Record<string, HealthCheck>>;

export interface CheckResult {
  status: 'ok' | 'failed';
  latency_ms: number;
  error?: string;
}

const CHECK_LIMIT_MS = 1_000;
const RETRY_MS = 100;

/** Checks everything at once, each within a second. */
export async function checkAll(checks: HealthChecks): Promise<Record<string, CheckResult>> {
  const checked = Object.entries(checks).map(async ([name, each]) => [name, await check(each)] as const);
  return Object.fromEntries(await Promise.all(checked));
}

/** Resolves when each required dependency was reached once. Logs which one it waits for. */
export async function reachRequired(checks: HealthChecks, logger: Logger, signal: AbortSignal): Promise<void> {
  const required = Object.entries(checks).filter(([, each]) => each.required);
  await Promise.all(
    required.map(async ([name, each]) => {
      for (let attempt = 0; !signal.aborted; attempt++) {
        const result = await check(each);
        if (result.status === 'ok') return;
        if (attempt % 20 === 0) logger.warn({ dependency: name, reason: result.error }, 'waiting for a dependency');
        await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }),
  );
}

async function check(healthCheck: HealthCheck): Promise<CheckResult> {
  const start = performance.now();
  const signal = AbortSignal.timeout(CHECK_LIMIT_MS);
  const gaveUp = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error(`no response within ${String(CHECK_LIMIT_MS)} ms`)));
  });
  try {
    await Promise.race([healthCheck.check(signal), gaveUp]);
    return { status: 'ok', latency_ms: since(start) };
  } catch (error) {
    return { status: 'failed', latency_ms: since(start), error: reason(error) };
  }
}

function since(start: number): number {
  return Math.round((performance.now() - start) * 10) / 10;
}

/** A connection that fails on every address is an AggregateError, whose own message is empty. */
function reason(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reason(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
