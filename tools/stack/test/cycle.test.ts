import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { readStack } from '../src/read/read-stack.ts';
import type { Stack } from '../src/stack.ts';
import { stacks } from './random-stack.ts';

/** The stack as `services.yaml`, with one edge more. */
function asYaml(stack: Stack, extra?: { from: string; to: string }): string {
  const services = stack.services.map((each) => {
    const more = extra?.from === each.name && !each.dependsOn.includes(extra.to) ? [extra.to] : [];
    const { name, port, adminPort: admin_port, debugPort: debug_port, restartPolicy: restart_policy } = each;
    return [name, { port, admin_port, debug_port, depends_on: [...each.dependsOn, ...more], restart_policy }] as const;
  });
  const backing = stack.backing.map(({ name, ...rest }) => [name, rest] as const);
  return stringify({ services: Object.fromEntries(services), backing: Object.fromEntries(backing) });
}

test('a stack that is written and read again is the same', () => {
  fc.assert(
    fc.property(stacks(), (stack) => {
      expect(readStack(asYaml(stack))).toEqual({ ok: true, stack });
    }),
  );
});

test('a cycle of any length is named: each step of it is an edge, and it ends where it begins', () => {
  fc.assert(
    fc.property(stacks(20), fc.nat(), (stack, choice) => {
      // The edge back from a service to one that depends on it, directly or by a long way round, closes a cycle.
      const above = stack.services[choice % stack.services.length];
      const below = above && deepest(stack, above.name);
      if (above === undefined || below === undefined) return;
      const result = readStack(asYaml(stack, { from: below, to: above.name }));
      const cycles = result.ok ? [] : result.problems.map(({ message }) => message.split(': ')[1]?.split(' → ') ?? []);
      expect(cycles.length).toBeGreaterThan(0);
      for (const cycle of cycles) {
        expect(cycle.length).toBeGreaterThan(1);
        expect(cycle[0]).toBe(cycle.at(-1));
        for (const [index, name] of cycle.slice(0, -1).entries()) {
          const next = cycle[index + 1] ?? '';
          const declared = stack.services.find((service) => service.name === name)?.dependsOn.includes(next) ?? false;
          expect(declared || (name === below && next === above.name)).toBe(true);
        }
      }
    }),
  );
});

function deepest(stack: Stack, name: string): string {
  const next = stack.services.find((each) => each.name === name)?.dependsOn.find((each) => each !== 'store');
  return next === undefined ? name : deepest(stack, next);
}
