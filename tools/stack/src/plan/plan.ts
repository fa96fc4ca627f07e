import { suggestion } from '../did-you-mean.ts';
import type { Service, Stack } from '../stack.ts';
import { dependenciesWithin, type Needed } from './dependencies-within.ts';

/** Services that are started or restarted together; a serial one is always alone in its step. */
export interface Step {
  readonly services: readonly string[];
  readonly reason: string;
}

/** Steps that are carried out one after the other. The next wave begins when all of this one are ready. */
export interface Wave {
  readonly steps: readonly Step[];
  readonly reason: string;
}

export interface Plan {
  readonly waves: readonly Wave[];
}

/** A name that is asked for and is no service of the stack. */
export class UnknownServiceError extends Error {
  override readonly name = 'UnknownServiceError';
}

/**
 * Orders a set of services that must start or restart together. A service is in the first wave after all those of the
 * set that it depends on, directly or through services outside the set. Within a wave the parallel services go together
 * in one step and then the serial ones in a step each. Pure; the order within a step is that of `services.yaml`.
 *
 * @param names the set; all services when left out. A name given twice counts once.
 * @throws UnknownServiceError when a name is no service
 */
export function planRestart(stack: Stack, names: Iterable<string> = stack.services.map(({ name }) => name)): Plan {
  const chosen = choose(stack, names);
  const dependencies = dependenciesWithin(stack, new Set(chosen.map(({ name }) => name)));
  const depths = new Map<string, number>();
  const depthOf = (name: string): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    const depth = Math.max(0, ...(dependencies.get(name) ?? []).map((needed) => depthOf(needed.name) + 1));
    depths.set(name, depth);
    return depth;
  };

  const byDepth = Map.groupBy(chosen, (service) => depthOf(service.name));
  const waves = [...byDepth].sort(([a], [b]) => a - b).map(([, services]) => services);
  return {
    waves: waves.map((services, index) => ({
      reason: index === 0 ? 'depends on no other service of this plan' : `begins when wave ${index} is ready`,
      steps: steps(services).map((step) => ({
        services: step.map(({ name }) => name),
        reason: stepReason(step, dependencies),
      })),
    })),
  };
}

function choose(stack: Stack, names: Iterable<string>): Service[] {
  const wanted = new Set(names);
  const known = stack.services.map(({ name }) => name);
  for (const name of wanted) {
    if (known.includes(name)) continue;
    if (stack.backing.some((backing) => backing.name === name)) {
      throw new UnknownServiceError(`"${name}" is a store, not a service; plans order services: ${known.join(', ')}`);
    }
    const hint = suggestion(name, known) || `; the services are ${known.join(', ')}`;
    throw new UnknownServiceError(`there is no service "${name}"${hint}`);
  }
  return stack.services.filter(({ name }) => wanted.has(name));
}

function steps(services: readonly Service[]): Service[][] {
  const parallel = services.filter(({ restartPolicy }) => restartPolicy === 'parallel');
  const serial = services.filter(({ restartPolicy }) => restartPolicy === 'serial');
  return [...(parallel.length > 0 ? [parallel] : []), ...serial.map((service) => [service])];
}

/** Why the services of a step go now, and together or alone. */
function stepReason(step: readonly Service[], dependencies: ReadonlyMap<string, readonly Needed[]>): string {
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
