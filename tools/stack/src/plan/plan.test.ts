import { describe, expect, test } from 'vitest';
import type { RestartPolicy, Service, Stack } from '../stack.ts';
import { planRestart } from './plan.ts';

const service = (name: string, dependsOn: string[] = [], restartPolicy: RestartPolicy = 'parallel'): Service => ({
  name,
  port: 1,
  adminPort: 2,
  debugPort: 3,
  dependsOn,
  calls: [],
  restartPolicy,
  secrets: [],
  grants: [],
  scopes: [],
});

const stack: Stack = {
  services: [
    service('web', ['orders', 'people']),
    service('orders', ['redis'], 'serial'),
    service('people', ['postgres']),
  ],
  backing: [{ name: 'redis', image: 'redis:8', port: 6379 }],
  sidecars: [],
  checks: { port: 9070 },
  observability: [],
};

const order = (stack: Stack, names?: string[]): string[][][] =>
  planRestart(stack, names).waves.map((wave) => wave.steps.map((step) => [...step.services]));

describe('planRestart', () => {
  test('all services: what depends on two after both, the serial one alone', () => {
    expect(order(stack)).toEqual([[['people'], ['orders']], [['web']]]);
  });

  test('a set that is asked for holds nothing else', () => {
    expect(order(stack, ['web', 'orders'])).toEqual([[['orders']], [['web']]]);
    expect(order(stack, ['web', 'web'])).toEqual([[['web']]]);
    expect(order(stack, [])).toEqual([]);
  });

  test('order is kept through services outside the set, and the reason names them', () => {
    const stack: Stack = {
      services: [service('a', ['b']), service('b', ['c']), service('c')],
      backing: [],
      sidecars: [],
      checks: { port: 9070 },
      observability: [],
    };
    expect(order(stack, ['a', 'c'])).toEqual([[['c']], [['a']]]);
    expect(planRestart(stack, ['a', 'c']).waves[1]?.steps[0]?.reason).toBe('parallel; after c (through b)');
  });

  test('parallel ones go together, then the serial ones one at a time', () => {
    const stack: Stack = {
      services: [service('s1', [], 'serial'), service('p1'), service('s2', [], 'serial'), service('p2')],
      backing: [],
      sidecars: [],
      checks: { port: 9070 },
      observability: [],
    };
    expect(order(stack)).toEqual([[['p1', 'p2'], ['s1'], ['s2']]]);
    expect(planRestart(stack).waves[0]?.steps.map((step) => step.reason)).toEqual([
      'parallel, together',
      'serial, one at a time',
      'serial, one at a time',
    ]);
  });

  test('a service is in the first wave after all that it depends on', () => {
    const stack: Stack = {
      services: [service('top', ['deep', 'base']), service('deep', ['base']), service('base'), service('side')],
      backing: [],
      sidecars: [],
      checks: { port: 9070 },
      observability: [],
    };
    expect(order(stack)).toEqual([[['base', 'side']], [['deep']], [['top']]]);
  });

  test('a name that is no service is refused with what is meant', () => {
    expect(() => planRestart(stack, ['ordrs'])).toThrow('there is no service "ordrs", did you mean "orders"?');
    expect(() => planRestart(stack, ['redis'])).toThrow('"redis" is a store, not a service');
  });
});
