import { runPlan, type Plan, type PlanOutcome } from '@evenkeel/stack';
import type { Target } from './development-secrets.ts';
import { createKubectl } from './kubectl.ts';

/**
 * Carries out a restart plan on a cluster: a roll-out for each service, in the plan's order. The pods before serve until
 * the new ones are ready, and for good if those never are.
 *
 * @param limitMs how long one service may take
 */
export function rollOut(
  plan: Plan,
  target: Target,
  limitMs: number,
  env: NodeJS.ProcessEnv,
  onReady: (service: string, ms: number) => void,
): Promise<PlanOutcome> {
  const kubectl = createKubectl(target, env);
  const rollout = (action: string, service: string, ...more: string[]) =>
    kubectl(['rollout', action, `deployment/${service}`, ...more]);
  return runPlan(plan, {
    timeoutMs: limitMs + 5_000,
    restart: (service) => rollout('restart', service),
    ready: (service) => rollout('status', service, `--timeout=${limitMs / 1000}s`),
    onReady,
  });
}
