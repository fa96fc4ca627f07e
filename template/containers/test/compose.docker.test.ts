import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { declaredStack } from '@evenkeel/stack';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { docker } from '../src/engine/docker.ts';
import { run } from '../src/engine/run.ts';
import { passesAcceptance } from '../src/acceptance.ts';
import { stopsAtItsLine } from '../src/debugger/breakpoint.ts';
import { launchConfiguration } from '../src/debugger/launch-configuration.ts';
import { edit, live } from '../src/loop/edits.ts';
import { hasEngine, needsEngine } from './engine.ts';
import { expectOneRebuilt } from './lockfile-change.ts';
import { underLoad } from '../src/loop/load.ts';
import { percentile } from '../src/loop/percentile.ts';
import { memory } from './memory.ts';
import { lost, register, type Person } from '../src/people.ts';
import { rotateUnderLoad } from '../src/signing-keys.ts';
import { expectSecretsHidden } from './secrets.ts';
import { copiedStack, root, type CopiedStack } from '../src/compose/copied-stack.ts';

needsEngine();
const containers = ['api-gateway', 'auth-service', 'user-service', 'postgres', 'redis'];
let stack: CopiedStack;
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

beforeAll(async () => {
  if (!hasEngine) return;
  stack = await copiedStack('dev');
  const begun = performance.now();
  await stack.project.compose(['up', '--build', '--wait', '--quiet-pull']);
  console.log(`a fresh clone, built and healthy: ${seconds(performance.now() - begun)}`);
});
afterAll(() => stack?.[Symbol.asyncDispose]());

it('passes the acceptance suite', async () =>
  passesAcceptance(stack.baseUrl, await stack.project.read('user-service', '/run/secrets/admin_password')));

it('makes edits live without a failed request', async () => {
  const figures: number[] = [];
  const load = underLoad([{ url: `${stack.baseUrl}/.well-known/jwks.json` }]);
  for (let index = 0; index < 10; index++) {
    const word = `edit ${index}`;
    edit(stack.folder, word);
    figures.push(await live(stack.baseUrl, word));
    // As a developer saves: not before the next standby is ready.
    await sleep(1_500);
  }
  const { answered, failed } = await load.stop();
  const [p50, p95] = [percentile(figures, 0.5), percentile(figures, 0.95)];
  console.log(
    `edit → live: p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms; ${answered} answered, ${failed.length} failed`,
  );
  expect(failed).toEqual([]);
  expect(answered).toBeGreaterThan(100);
});

it('applies saved routes without a restart, and says why it refuses bad ones', async () => {
  const path = join(stack.folder, 'apps', 'api-gateway', 'routes.yaml');
  const good = readFileSync(path, 'utf8');
  const load = underLoad([{ url: `${stack.baseUrl}/.well-known/jwks.json` }]);
  const { StartedAt } = (await stack.project.container('api-gateway')).State;
  const status = async (expected: number) => {
    const begun = performance.now();
    const asked = async () => expect((await fetch(`${stack.baseUrl}/elsewhere`)).status).toBe(expected);
    await vi.waitFor(asked, { timeout: 60_000, interval: 10 });
    return Math.round(performance.now() - begun);
  };
  writeFileSync(path, good.replace(/^routes:\n/m, '$&  - { prefix: /elsewhere, upstream: user-service }\n'));
  console.log(`routes saved → in force: ${await status(401)} ms`);
  writeFileSync(path, 'routes:\n  - prefix: [');
  const refused = async () => {
    const { stdout } = await stack.project.compose(['logs', '--no-log-prefix', 'api-gateway-config-reloader']);
    expect(stdout).toMatch(/"reason":"\S+routes\.yaml:2: ROUTES: /);
  };
  await vi.waitFor(refused, { timeout: 60_000, interval: 500 });
  await status(401);
  writeFileSync(path, good);
  await status(404);
  expect((await load.stop()).failed).toEqual([]);
  expect((await stack.project.container('api-gateway')).State.StartedAt).toBe(StartedAt);
});

it('rotates the signing key while users are signed in', async () => {
  const env = { ...stack.project.command([]).env, COMPOSE_PROJECT_NAME: stack.project.name };
  const rotate = () =>
    run('./keel', ['keys', 'rotate', '--runtime=compose', '--publish-seconds=10'], { cwd: root, env });
  expect((await rotateUnderLoad(stack.baseUrl, rotate)).failed).toEqual([]);
});

it('stops at a TypeScript line for a debugger, and again after a hot restart', async () => {
  const { remoteRoot, restart } = launchConfiguration(await declaredStack(root), 'api-gateway (container)');
  expect(remoteRoot).toBeDefined();
  expect(restart).toBeTruthy();
  const { folder, baseUrl, debugPorts } = stack;
  // Only the port differs, so that this test does not interfere with other stacks.
  const target = { port: debugPorts['api-gateway'] ?? 0, folder, remoteRoot, baseUrl };
  await stopsAtItsLine(target);
  edit(folder, 'debugged');
  await live(baseUrl, 'debugged');
  await stopsAtItsLine(target);
});

it('has secrets only in the files of the services that need them', () => expectSecretsHidden(stack));

it('logs no email address, not even of rejected registrations', async () => {
  const { stdout, stderr } = await stack.project.compose(['logs', '--no-color']);
  expect(stdout).toContain('duplicate key value violates unique constraint "users_email_key"');
  expect(stdout + stderr).not.toMatch(/acceptance-[\w-]+@example\.com/);
});

it('mounts only the secrets that a container needs', async () => {
  const { stdout } = await stack.project.compose(['exec', '-T', 'api-gateway', 'ls', '/run/secrets']);
  expect(stdout.trim()).toBe('redis_password');
  await expect(stack.project.compose(['exec', '-T', 'api-gateway', 'touch', '/run/secrets/x'])).rejects.toThrow(
    'Read-only',
  );
});

it("accepts only the password in the secret file for PostgreSQL's superuser", async () => {
  // By its service name: the image trusts all connections to 127.0.0.1.
  const ask = (password: string): Promise<unknown> => {
    const command = `PGPASSWORD="${password}" psql --host=postgres --username=postgres --command='SELECT 1'`;
    return stack.project.compose(['exec', '-T', 'postgres', 'sh', '-c', command]);
  };
  await ask('$(cat /run/secrets/postgres_superuser_password)');
  await expect(ask('another')).rejects.toThrow('password authentication failed');
});

it('publishes only the ports that a developer needs, on loopback', async () => {
  const { stdout } = await stack.project.compose(['ps', '--format', '{{.Ports}}']);
  const published = [...stdout.matchAll(/(\S+):\d+->(\d+)\/tcp/g)].map(([, address, port]) => `${address} ${port}`);
  const ports = [8080, 9080, 9081, 9082, 9229, 9230, 9231];
  expect(published.sort()).toEqual(ports.map((port) => `127.0.0.1 ${port}`));
});

it('stays within its memory budget', async () => {
  expect(await memory(stack.project, containers)).toBeLessThan(850);
});

it('recovers when any container is killed, and loses no acknowledged write', async () => {
  const people: Person[] = [];
  let running = true;
  const registering = (async () => {
    while (running) {
      const person = await register(stack.baseUrl);
      if (person !== undefined) people.push(person);
      await sleep(50);
    }
  })();
  for (const service of containers) {
    await sleep(1_000);
    const before = people.length;
    const { RestartCount } = await stack.project.container(service);
    // Like a crash: the engine did not stop it. The first child of the init process is the program.
    await stack.project
      .compose(['exec', '-T', service, 'sh', '-c', 'kill -9 $(cat /proc/1/task/1/children)'])
      .catch(() => undefined);
    const begun = performance.now();
    while ((await stack.project.container(service)).RestartCount === RestartCount) await sleep(50);
    await stack.project.healthy(service, 60_000);
    while (people.length === before || (await register(stack.baseUrl)) === undefined) await sleep(100);
    console.log(`${service} killed: back, healthy and serving after ${seconds(performance.now() - begun)}`);
  }
  running = false;
  await registering;
  const losses: string[] = [];
  for (const person of people) losses.push(...[await lost(stack.baseUrl, person)].filter((each) => each !== undefined));
  console.log(`${people.length} people were acknowledged meanwhile`);
  expect(people.length).toBeGreaterThan(10);
  expect(losses).toEqual([]);
}, 400_000);

it('finishes a request in flight when it is stopped', async () => {
  const slow = await slowRequest(stack.baseUrl);
  const down = stack.project.compose(['stop']);
  await sleep(500);
  slow.finish();
  expect(await slow.status).toBe(401);
  await down;
}, 120_000);

it('starts again with its data and secrets after down', async () => {
  const before = await stack.project.compose(['down', '--timeout', '15']);
  expect(before.stderr).not.toContain('Volume');
  const begun = performance.now();
  await stack.project.compose(['up', '--build', '--wait']);
  console.log(`nothing changed, down and up again: ${seconds(performance.now() - begun)} to all healthy`);
  const again = performance.now();
  await stack.project.compose(['up', '--build', '--wait']);
  console.log(`nothing changed, still up: ${seconds(performance.now() - again)}`);
  expect(await register(stack.baseUrl)).toBeDefined();
});

it('rebuilds and restarts the service that a changed lockfile affects, with up --build', () =>
  expectOneRebuilt(stack, () => stack.project.compose(['up', '--build', '--wait'])));

it('completes an interrupted first start', async () => {
  await stack.project.compose(['down', '--volumes', '--timeout', '5']);
  const { args, env } = stack.project.command(['up', '--detach']);
  const first = spawn('docker', args, { cwd: stack.folder, env, stdio: 'ignore' });
  // In the middle of PostgreSQL's first start, which takes longer than this on any machine.
  for (;;) {
    const found = await stack.project.container('postgres').catch(() => undefined);
    if (found?.State.Running === true) break;
    await sleep(20);
  }
  await sleep(250);
  first.kill('SIGKILL');
  await once(first, 'exit');
  await docker(['kill', `${stack.project.name}-postgres-1`]).catch(() => undefined);
  await stack.project.compose(['up', '--build', '--wait']);
  expect(await register(stack.baseUrl)).toBeDefined();
});

it('leaves nothing behind after down -v', async () => {
  await stack.project.compose(['down', '--volumes', '--timeout', '5']);
  const filter = `label=com.docker.compose.project=${stack.project.name}`;
  const left = await Promise.all(
    [
      ['ps', '--all', '--quiet'],
      ['volume', 'ls', '--quiet'],
      ['network', 'ls', '--quiet'],
    ].map((args) => docker([...args, '--filter', filter])),
  );
  expect(left.map(({ stdout }) => stdout)).toEqual(['', '', '']);
});

/** A request whose body ends only when `finish` is called. */
async function slowRequest(baseUrl: string): Promise<{ finish: () => void; status: Promise<number> }> {
  const headers = { 'content-type': 'application/json' };
  const sent = request(`${baseUrl}/auth/login`, { method: 'POST', headers, agent: false });
  const status = new Promise<number>((resolve, reject) => {
    sent.once('response', (response) => resolve(response.resume().statusCode ?? 0)).once('error', reject);
  });
  status.catch(() => undefined);
  sent.write('{"email":"nobody@example.com",');
  await sleep(300);
  return { finish: () => void sent.end('"password":"correct horse battery"}'), status };
}
