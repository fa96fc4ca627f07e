import type { Plan } from '../plan/plan.ts';

/** A plan for a terminal, as a dry run prints it. Ends with a line break. */
export function planAsText(plan: Plan): string {
  if (plan.waves.length === 0) return 'Nothing to restart.\n';
  const lines = plan.waves.flatMap((wave, index) => [
    `wave ${index + 1}  ${wave.reason}`,
    ...wave.steps.map((step) => `  ${step.services.join(' + ')}  (${step.reason})`),
  ]);
  return lines.join('\n') + '\n';
}
