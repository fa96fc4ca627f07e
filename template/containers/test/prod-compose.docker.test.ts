import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { passesAcceptance } from '../src/acceptance.ts';
import { hasEngine, needsEngine } from './engine.ts';
import { memory } from './memory.ts';
import { register } from '../src/people.ts';
import { copiedStack, type CopiedStack } from '../src/compose/copied-stack.ts';

needsEngine();
let stack: CopiedStack;
beforeAll(async () => {
  if (!hasEngine) return;
  stack = await copiedStack('ships', ['docker-compose.dev.yml', 'docker-compose.prod.yml']);
  await stack.project.compose(['up', '--build', '--wait']);
});
afterAll(() => stack?.[Symbol.asyncDispose]());

it('passes the acceptance suite with the production images', async () =>
  passesAcceptance(stack.baseUrl, await stack.project.read('user-service', '/run/secrets/admin_password')));

it('stays within the smaller memory budget of production', async () => {
  const containers = ['api-gateway', 'auth-service', 'user-service', 'postgres', 'redis'];
  expect(await memory(stack.project, containers)).toBeLessThan(600);
});

it('publishes the gateway only, and no debugger', async () => {
  const { stdout } = await stack.project.compose(['ps', '--format', '{{.Ports}}']);
  expect(stdout.match(/->(\d+)/g)).toEqual(['->8080']);
});

it('watches no sources, and shows no coverage', async () => {
  const { stdout } = await stack.project.compose(['config', '--format', 'json']);
  const { services } = JSON.parse(stdout) as { services: Record<string, { develop?: object; environment?: object }> };
  for (const name of ['api-gateway', 'auth-service', 'user-service']) {
    expect(services[name]?.develop, name).toBeUndefined();
    expect(services[name]?.environment).toMatchObject({ COVERAGE_SUMMARY: '' });
  }
});

it('restarts a service that is killed', async () => {
  const { RestartCount } = await stack.project.container('user-service');
  // Like a crash: the engine did not stop it. The first child of the init process is the program.
  const kill = `process.kill(parseInt(require('fs').readFileSync('/proc/1/task/1/children', 'utf8')), 'SIGKILL')`;
  await stack.project
    .compose(['exec', '-T', 'user-service', '/nodejs/bin/node', '--eval', kill])
    .catch(() => undefined);
  const begun = performance.now();
  await expect
    .poll(async () => (await stack.project.container('user-service')).RestartCount)
    .toBeGreaterThan(RestartCount);
  await stack.project.healthy('user-service', 60_000);
  while ((await register(stack.baseUrl)) === undefined) await sleep(100);
  console.log(`user-service killed: back, healthy and serving after ${Math.round(performance.now() - begun)} ms`);
});

it('stops on docker compose stop with exit code 0', async () => {
  await stack.project.compose(['stop']);
  for (const service of ['api-gateway', 'auth-service', 'user-service']) {
    expect((await stack.project.container(service)).State.ExitCode, service).toBe(0);
  }
});
