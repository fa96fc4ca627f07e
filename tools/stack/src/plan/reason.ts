import type { Service } from '../stack.ts';
import type { Needed } from './dependencies-within.ts';

/** Why a wave comes where it does. Waves count from 0 here and from 1 in print. */
export function waveReason(index: number): string {
  return index === 0 ? 'depends on no other service of this plan' : `begins when wave ${index} is ready`;
}

/** Why the services of a step go now, and together or alone. */
export function stepReason(step: readonly Service[], dependencies: ReadonlyMap<string, readonly Needed[]>): string {
  const policy = step.length > 1 ? 'parallel, together' : (step[0]?.restartPolicy ?? 'parallel');
  const manner = policy === 'serial' ? 'serial, one at a time' : policy;
  const waits = step.flatMap(({ name }) => {
    const needed = (dependencies.get(name) ?? []).map(inWords).join(', ');
    if (needed === '') return [];
    return [step.length > 1 ? `${name} after ${needed}` : `after ${needed}`];
  });
  return [manner, ...waits].join('; ');
}

function inWords({ name, through }: Needed): string {
  return through.length === 0 ? name : `${name} (through ${through.join(', ')})`;
}
