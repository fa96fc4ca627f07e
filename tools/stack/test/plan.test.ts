import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planRestart } from '../src/plan/plan.ts';
import type { Plan } from '../src/plan/plan.ts';
import type { Stack } from '../src/stack.ts';
import { stacks, stacksWithSet } from './random-stack.ts';

/** The service's wave, counting from 0. */
function wavesOf(plan: Plan): Map<string, number> {
  return new Map(
    plan.waves.flatMap((wave, index) =>
      wave.steps.flatMap((step) => step.services.map((name) => [name, index] as const)),
    ),
  );
}

/** All that `name` depends on, by the plainest possible walk. */
function allBehind(stack: Stack, name: string): Set<string> {
  const direct = stack.services.find((service) => service.name === name)?.dependsOn ?? [];
  return new Set(direct.flatMap((next) => [next, ...allBehind(stack, next)]));
}

describe('every plan', () => {
  test('holds the set that was asked for, each once', () => {
    fc.assert(
      fc.property(stacksWithSet(), ({ stack, set }) => {
        const planned = planRestart(stack, set).waves.flatMap((wave) => wave.steps.flatMap((step) => step.services));
        expect(planned.toSorted()).toEqual(set.toSorted());
      }),
    );
  });

  test('respects every edge, through services outside the set as well', () => {
    fc.assert(
      fc.property(stacksWithSet(12), ({ stack, set }) => {
        const waves = wavesOf(planRestart(stack, set));
        for (const name of set) {
          for (const needed of allBehind(stack, name)) {
            if (waves.has(needed)) expect(waves.get(needed)).toBeLessThan(waves.get(name) ?? -1);
          }
        }
      }),
    );
  });

  test('puts a service into the first wave that is possible', () => {
    fc.assert(
      fc.property(stacksWithSet(12), ({ stack, set }) => {
        const waves = wavesOf(planRestart(stack, set));
        for (const name of set) {
          const behind = [...allBehind(stack, name)].flatMap((needed) => waves.get(needed) ?? []);
          expect(waves.get(name)).toBe(Math.max(-1, ...behind) + 1);
        }
      }),
    );
  });

  test('leaves a serial service alone in its step, and all parallel ones of a wave in one', () => {
    fc.assert(
      fc.property(stacks(), (stack) => {
        const serial = new Set(
          stack.services.filter((each) => each.restartPolicy === 'serial').map(({ name }) => name),
        );
        for (const { steps } of planRestart(stack).waves) {
          const shared = steps.filter((step) => step.services.some((name) => !serial.has(name)));
          expect(shared.length).toBeLessThanOrEqual(1);
          for (const step of steps) {
            if (step.services.some((name) => serial.has(name))) expect(step.services).toHaveLength(1);
          }
        }
      }),
    );
  });

  test('is the same whichever way the set is written', () => {
    fc.assert(
      fc.property(stacksWithSet(), ({ stack, set }) => {
        expect(planRestart(stack, set.toReversed())).toEqual(planRestart(stack, [...set, ...set]));
      }),
    );
  });
});

test('a chain of two thousand services and a fan of two thousand are planned', () => {
  const names = Array.from({ length: 2_000 }, (_, index) => `s${index}`);
  const stackOf = (dependsOn: (index: number) => string[]): Stack => ({
    services: names.map((name, index) => ({
      name,
      port: 1,
      adminPort: 2,
      debugPort: 3,
      dependsOn: dependsOn(index),
      calls: [],
      restartPolicy: 'parallel',
      secrets: [],
      grants: [],
      scopes: [],
    })),
    backing: [],
    sidecars: [],
    checks: { port: 9070 },
    observability: [],
  });
  const chain = planRestart(stackOf((index) => (index + 1 < names.length ? [`s${index + 1}`] : [])));
  expect(chain.waves).toHaveLength(2_000);
  const fan = planRestart(stackOf((index) => (index === 0 ? names.slice(1) : [])));
  expect(fan.waves.map((wave) => wave.steps[0]?.services.length)).toEqual([1_999, 1]);
});
