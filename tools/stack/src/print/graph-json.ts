import { planRestart } from '../plan/plan.ts';
import type { Stack } from '../stack.ts';

/** The graph for programs: the stack, and the waves in which all of it starts. Ends with a line break. */
export function graphAsJson(stack: Stack): string {
  const waves = planRestart(stack).waves.map((wave) => wave.steps.map((step) => step.services));
  return JSON.stringify({ ...stack, waves }, null, 2) + '\n';
}
