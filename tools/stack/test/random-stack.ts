import fc from 'fast-check';
import type { Service, Stack } from '../src/stack.ts';

/**
 * Valid stacks of any shape, for property tests: wider and deeper than the shipped one. A service may depend on any
 * that come before it in a hidden order, so there is no cycle; the file's order is another one.
 */
export function stacks(maxServices = 40): fc.Arbitrary<Stack> {
  const traits = fc.record({
    needs: fc.array(fc.nat(), { maxLength: 4 }),
    chained: fc.boolean(),
    serial: fc.boolean(),
    place: fc.nat(),
  });
  return fc.array(traits, { minLength: 1, maxLength: maxServices }).map((drawn) => ({
    services: drawn
      .map((trait, index) => ({ place: trait.place, service: serviceOf(trait, index) }))
      .sort((a, b) => a.place - b.place)
      .map(({ service }) => service),
    backing: [{ name: 'store', image: 'store:1', port: 1 }],
    sidecars: [],
    checks: { port: 9070 },
    observability: [],
  }));
}

/** A stack and some of its services. */
export function stacksWithSet(maxServices = 40): fc.Arbitrary<{ stack: Stack; set: string[] }> {
  return stacks(maxServices).chain((stack) =>
    fc.record({ stack: fc.constant(stack), set: fc.subarray(stack.services.map(({ name }) => name)) }),
  );
}

interface Traits {
  readonly needs: readonly number[];
  readonly chained: boolean;
  readonly serial: boolean;
}

function serviceOf({ needs, chained, serial }: Traits, index: number): Service {
  const earlier = index === 0 ? [] : needs.map((need) => need % index);
  // Chains make graphs deep, which chance alone hardly does.
  if (chained && index > 0) earlier.push(index - 1);
  return {
    name: `s${index}`,
    port: 10_000 + index,
    adminPort: 20_000 + index,
    debugPort: 30_000 + index,
    dependsOn: ['store', ...new Set(earlier.map((each) => `s${each}`))],
    calls: [],
    restartPolicy: serial ? 'serial' : 'parallel',
    secrets: [],
    grants: [],
    scopes: [],
  };
}
