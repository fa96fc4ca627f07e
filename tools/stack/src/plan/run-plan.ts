import { once } from 'node:events';
import type { Plan } from './plan.ts';

export interface PlanActions {
  /** Starts or restarts one service. Its rejection fails the service. */
  readonly restart: (service: string, signal: AbortSignal) => Promise<unknown>;
  /** Settles when the service is ready; rejects when it cannot become so. */
  readonly ready: (service: string, signal: AbortSignal) => Promise<unknown>;
  /** How long one service may take from the call of `restart` until it is ready. */
  readonly timeoutMs: number;
  /** Aborted: nothing further is touched, and what is under way counts as failed. */
  readonly signal?: AbortSignal;
  readonly onReady?: (service: string, ms: number) => void;
  /** Milliseconds, for the durations that are reported. */
  readonly now?: () => number;
}

export interface PlanOutcome {
  readonly ok: boolean;
  /** Restarted and ready. */
  readonly done: readonly string[];
  /** Touched, and not ready. */
  readonly failed: readonly { readonly service: string; readonly message: string }[];
  /** Left as they were, because the plan stopped before them. */
  readonly untouched: readonly string[];
}

/**
 * Carries out a plan, step by step and wave by wave: a step begins when every service of the step before it is ready.
 * It stops at the first step in which a service fails, after the others of that step have settled, and says what was
 * touched and what was not. Never rejects.
 */
export async function runPlan(plan: Plan, actions: PlanActions): Promise<PlanOutcome> {
  const now = actions.now ?? (() => performance.now());
  const done: string[] = [];
  const failed: { service: string; message: string }[] = [];

  const bring = async (service: string): Promise<void> => {
    const began = now();
    try {
      await withinLimit(service, actions, async (signal) => {
        await actions.restart(service, signal);
        await actions.ready(service, signal);
      });
      done.push(service);
      actions.onReady?.(service, now() - began);
    } catch (error) {
      failed.push({ service, message: error instanceof Error ? error.message : String(error) });
    }
  };
  const untouched: string[] = [];
  for (const step of plan.waves.flatMap(({ steps }) => steps)) {
    if (failed.length > 0 || actions.signal?.aborted) untouched.push(...step.services);
    else await Promise.all(step.services.map(bring));
  }
  return { ok: failed.length === 0 && untouched.length === 0, done, failed, untouched };
}

/**
 * Runs `work` for at most `timeoutMs`. The signal it gets is aborted at the limit or with `signal`; work that does not
 * listen to it is left behind, so that a plan never hangs on it.
 *
 * @throws Error naming the service and the limit, or the reason of `signal`
 */
async function withinLimit(
  service: string,
  { timeoutMs, signal: outer }: PlanActions,
  work: (signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  const limit = new AbortController();
  const tooLate = new Error(`${service} was not ready within ${timeoutMs} ms`);
  const timer = setTimeout(() => limit.abort(tooLate), timeoutMs);
  const signal = AbortSignal.any([limit.signal, ...(outer ? [outer] : [])]);
  try {
    signal.throwIfAborted();
    await Promise.race([work(signal), once(signal, 'abort').then(() => signal.throwIfAborted())]);
  } finally {
    clearTimeout(timer);
  }
}
