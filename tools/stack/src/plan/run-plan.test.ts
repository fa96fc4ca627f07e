import { describe, expect, test } from 'vitest';
import type { Plan } from './plan.ts';
import { runPlan } from './run-plan.ts';
import type { PlanActions } from './run-plan.ts';

const plan: Plan = {
  waves: [
    {
      reason: '',
      steps: [
        { services: ['a', 'b'], reason: '' },
        { services: ['s'], reason: '' },
      ],
    },
    { reason: '', steps: [{ services: ['c'], reason: '' }] },
  ],
};

/** Actions that write down what happens; each service becomes ready after a turn of the event loop. */
function recorded(failing: readonly string[] = []): { log: string[]; actions: PlanActions } {
  const log: string[] = [];
  const actions: PlanActions = {
    timeoutMs: 5_000,
    restart: async (service) => {
      log.push(`restart ${service}`);
    },
    ready: async (service) => {
      await new Promise(setImmediate);
      if (failing.includes(service)) throw new Error(`${service} says no`);
      log.push(`ready ${service}`);
    },
  };
  return { log, actions };
}

describe('runPlan', () => {
  test('begins a step when every service of the step before it is ready', async () => {
    const { log, actions } = recorded();
    const outcome = await runPlan(plan, actions);
    expect(log).toEqual([
      'restart a',
      'restart b',
      'ready a',
      'ready b',
      'restart s',
      'ready s',
      'restart c',
      'ready c',
    ]);
    expect(outcome).toEqual({ ok: true, done: ['a', 'b', 's', 'c'], failed: [], untouched: [] });
  });

  test('stops at the first failure, lets its neighbours settle and names what was not touched', async () => {
    const { log, actions } = recorded(['a']);
    const outcome = await runPlan(plan, actions);
    expect(log).toEqual(['restart a', 'restart b', 'ready b']);
    expect(outcome).toMatchObject({ ok: false, done: ['b'], failed: [{ service: 'a' }], untouched: ['s', 'c'] });
    expect(outcome.failed[0]?.message).toBe('a says no');
  });

  test('a restart that throws fails the service without asking whether it is ready', async () => {
    const { log, actions } = recorded();
    const restart = (): Promise<void> => Promise.reject(new Error('spawn failed'));
    const outcome = await runPlan(plan, { ...actions, restart });
    expect(log).toEqual([]);
    expect(outcome.failed.map(({ message }) => message)).toEqual(['spawn failed', 'spawn failed']);
    expect(outcome.untouched).toEqual(['s', 'c']);
  });

  test('a service that never becomes ready fails at the limit, and its signal is aborted', async () => {
    const { actions } = recorded();
    let seen: AbortSignal | undefined;
    const ready = (_: string, signal: AbortSignal): Promise<never> => {
      seen = signal;
      return new Promise(() => undefined);
    };
    const outcome = await runPlan(plan, { ...actions, ready, timeoutMs: 10 });
    expect(outcome.failed[0]?.message).toBe('a was not ready within 10 ms');
    expect(outcome.untouched).toEqual(['s', 'c']);
    expect(seen?.aborted).toBe(true);
  });

  test('an interruption fails what is under way and touches nothing further', async () => {
    const { log, actions } = recorded();
    const controller = new AbortController();
    const ready = async (service: string): Promise<void> => {
      if (service === 's') controller.abort(new Error('interrupted'));
      await actions.ready(service, controller.signal);
    };
    const outcome = await runPlan(plan, { ...actions, ready, signal: controller.signal });
    expect(outcome).toMatchObject({ ok: false, done: ['a', 'b'], failed: [{ service: 's' }], untouched: ['c'] });
    expect(outcome.failed[0]?.message).toBe('interrupted');
    expect(log).not.toContain('restart c');
  });

  test('a plan that is interrupted before it begins touches nothing', async () => {
    const { log, actions } = recorded();
    const outcome = await runPlan(plan, { ...actions, signal: AbortSignal.abort() });
    expect(log).toEqual([]);
    expect(outcome).toEqual({ ok: false, done: [], failed: [], untouched: ['a', 'b', 's', 'c'] });
  });

  test('reports each service that is ready, with its duration', async () => {
    const { actions } = recorded(['c']);
    const ready: [string, number][] = [];
    let clock = 0;
    await runPlan(plan, { ...actions, now: () => (clock += 5), onReady: (...each) => ready.push(each) });
    expect(ready.map(([service]) => service)).toEqual(['a', 'b', 's']);
    expect(ready.at(-1)).toEqual(['s', 5]);
  });

  test('an empty plan succeeds', async () => {
    expect((await runPlan({ waves: [] }, recorded().actions)).ok).toBe(true);
  });
});
