import type { Plan } from './plan.ts';
import { withinLimit } from './within-limit.ts';

/** What the runner reports while it works. Waves count from 1. */
export type PlanEvent =
  | { readonly type: 'wave'; readonly wave: number; readonly of: number; readonly services: readonly string[] }
  | { readonly type: 'restarting'; readonly service: string }
  | { readonly type: 'ready'; readonly service: string; readonly ms: number }
  | { readonly type: 'failed'; readonly service: string; readonly error: Error };

export interface PlanActions {
  /** Starts or restarts one service. Its rejection fails the service. */
  readonly restart: (service: string, signal: AbortSignal) => Promise<unknown>;
  /** Settles when the service is ready; rejects when it cannot become so. */
  readonly ready: (service: string, signal: AbortSignal) => Promise<unknown>;
  /** How long one service may take from the call of `restart` until it is ready. */
  readonly timeoutMs: number;
  /** Aborted: nothing further is touched, and what is under way counts as failed. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: PlanEvent) => void;
  /** Milliseconds, for the durations that are reported. */
  readonly now?: () => number;
}

export interface PlanOutcome {
  readonly ok: boolean;
  /** Restarted and ready. */
  readonly done: readonly string[];
  /** Touched, and not ready. */
  readonly failed: readonly { readonly service: string; readonly error: Error }[];
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
  const failed: { service: string; error: Error }[] = [];

  const bring = async (service: string): Promise<void> => {
    const began = now();
    try {
      actions.onEvent?.({ type: 'restarting', service });
      await withinLimit(service, actions, async (signal) => {
        await actions.restart(service, signal);
        await actions.ready(service, signal);
      });
      done.push(service);
      actions.onEvent?.({ type: 'ready', service, ms: now() - began });
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause), { cause });
      failed.push({ service, error });
      actions.onEvent?.({ type: 'failed', service, error });
    }
  };
  const mayGoOn = (): boolean => failed.length === 0 && actions.signal?.aborted !== true;

  for (const [index, wave] of plan.waves.entries()) {
    if (!mayGoOn()) break;
    const services = wave.steps.flatMap((step) => step.services);
    actions.onEvent?.({ type: 'wave', wave: index + 1, of: plan.waves.length, services });
    for (const step of wave.steps) {
      if (!mayGoOn()) break;
      await Promise.all(step.services.map(bring));
    }
  }

  const touched = new Set([...done, ...failed.map(({ service }) => service)]);
  const all = plan.waves.flatMap((wave) => wave.steps.flatMap((step) => step.services));
  const untouched = all.filter((service) => !touched.has(service));
  return { ok: failed.length === 0 && untouched.length === 0, done, failed, untouched };
}
