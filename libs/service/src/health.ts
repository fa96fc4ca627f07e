import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@evenkeel/telemetry';

/** Something that the service talks to. */
export interface Dependency {
  /** Resolves when it answers; must give up by itself when `signal` aborts. */
  check(signal: AbortSignal): Promise<unknown>;
  /** `true` for what `services.yaml` lists in `depends_on`: the service is not ready before it was reached once. */
  required: boolean;
}

export type Dependencies = Readonly<Record<string, Dependency>>;

export interface CheckResult {
  status: 'ok' | 'failed';
  latency_ms: number;
  error?: string;
}

const CHECK_LIMIT_MS = 1_000;
const RETRY_MS = 100;

/** Checks everything at once, each within a second. */
export async function checkAll(dependencies: Dependencies): Promise<Record<string, CheckResult>> {
  const checked = Object.entries(dependencies).map(
    async ([name, dependency]) => [name, await check(dependency)] as const,
  );
  return Object.fromEntries(await Promise.all(checked));
}

/** Resolves when each required dependency was reached once. Says which one it waits for. */
export async function reachRequired(dependencies: Dependencies, logger: Logger, signal: AbortSignal): Promise<void> {
  const required = Object.entries(dependencies).filter(([, dependency]) => dependency.required);
  await Promise.all(
    required.map(async ([name, dependency]) => {
      for (let attempt = 0; !signal.aborted; attempt++) {
        const result = await check(dependency);
        if (result.status === 'ok') return;
        if (attempt % 20 === 0) logger.warn({ dependency: name, reason: result.error }, 'waiting for a dependency');
        await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }),
  );
}

async function check(dependency: Dependency): Promise<CheckResult> {
  const start = performance.now();
  const signal = AbortSignal.timeout(CHECK_LIMIT_MS);
  const gaveUp = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error(`no answer within ${String(CHECK_LIMIT_MS)} ms`)));
  });
  try {
    await Promise.race([dependency.check(signal), gaveUp]);
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
