import { expect, it } from 'vitest';
import type { Service } from '@evenkeel/stack';
import { serviceCommand } from './service-command.ts';

const service = { name: 'demo', debugPort: 9300 } as Service;

function commandWith(env: NodeJS.ProcessEnv, plain: boolean) {
  return serviceCommand(service, { root: '/clone', stateDir: '/clone/.keel', env, plain });
}

it("keeps the user's own Node options, which come last and so win", () => {
  const { env } = commandWith({ SERVICE_NODE_OPTIONS: '--max-semi-space-size=8', NODE_OPTIONS: '--inspect' }, true);
  expect(env['NODE_OPTIONS']).toMatch(/^--max-semi-space-size=1 .*--max-semi-space-size=8$/);
  expect(commandWith({}, true).env['NODE_OPTIONS']).toBe('--max-semi-space-size=1');
});

it('runs under the runner unless it is plain', () => {
  expect(commandWith({}, false)).toMatchObject({
    hasRunner: true,
    args: ['/clone/tools/hot-restart/src/main.ts', '/clone/apps/demo/src/main.ts'],
    env: { HOT_RESTART_HOLD: '1', HOT_RESTART_DEBUG_PORT: '9300' },
  });
  expect(commandWith({}, true)).toMatchObject({
    hasRunner: false,
    args: expect.arrayContaining(['--inspect=127.0.0.1:9300', '/clone/apps/demo/src/main.ts']) as string[],
  });
});

it('has the runner drain as long as the service does, and waits longer than either', () => {
  const command = commandWith({ DRAIN_TIMEOUT_MS: '20000' }, false);
  expect(command.env['HOT_RESTART_DRAIN_MS']).toBe('20000');
  expect(command.patienceMs).toBeGreaterThan(20_250);
  expect(commandWith({ DRAIN_TIMEOUT_MS: '20000' }, true).patienceMs).toBeGreaterThan(20_250);
});

it.each([
  ['60000', 60_250],
  ['1000', 5_250],
  ['soon', 5_250],
])("leaves the user's own HOT_RESTART_DRAIN_MS=%s to the runner", (drain, least) => {
  const command = commandWith({ HOT_RESTART_DRAIN_MS: drain }, false);
  expect(command.env['HOT_RESTART_DRAIN_MS']).toBe(drain);
  expect(command.patienceMs).toBeGreaterThan(least);
});
