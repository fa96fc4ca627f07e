import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { docker } from '../src/engine/docker.ts';
import { keepsAllPromises } from '../src/acceptance.ts';
import { edit, live } from '../src/loop/edits.ts';
import { hasEngine, needsEngine } from './engine.ts';
import { underLoad } from '../src/loop/load.ts';
import { percentile } from '../src/loop/percentile.ts';
import { memory } from './memory.ts';
import { lost, register, type Person } from '../src/people.ts';
import { foundInImage } from './search.ts';
import { copiedStack, type CopiedStack } from '../src/compose/copied-stack.ts';

needsEngine();
const containers = ['api-gateway', 'auth-service', 'user-service', 'postgres', 'redis'];
const secretNames = {
  postgres: ['postgres_superuser_password', 'database_password'],
  redis: ['redis_password'],
  'auth-service': ['signing_keys.json', 'service_clients.json'],
  'user-service': ['service_client_secret', 'admin_password'],
};
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

it('keeps all promises of the API', async () =>
  keepsAllPromises(stack.baseUrl, await stack.project.read('user-service', '/run/secrets/admin_password')));

it('takes over edits without a failed request', async () => {
  const figures: number[] = [];
  const load = underLoad([{ url: `${stack.baseUrl}/.well-known/jwks.json` }]);
  for (let index = 0; index < 20; index++) {
    const word = `edit ${index}`;
    edit(stack.folder, word);
    figures.push(await live(stack.baseUrl, word));
    // As a person saves: not before the next standby is ready.
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

it('has its secrets in files of those who need them, and nowhere else', async () => {
  const values: string[] = [];
  for (const [service, names] of Object.entries(secretNames)) {
    for (const name of names) values.push(...secretParts(await readSecret(service, name)));
  }
  expect(values.length).toBeGreaterThanOrEqual(7);

  const places = new Map<string, string>();
  for (const service of [...containers, 'secrets']) {
    places.set(`docker inspect of ${service}`, JSON.stringify(await stack.project.container(service)));
    if (service === 'secrets') continue;
    // Of every process: an entrypoint may have set more than the container's configuration. The program, init's first
    // child, must be among them; of the others, one may end meanwhile.
    const read = `read program _ < /proc/1/task/1/children; cat /proc/$program/environ || exit
      cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2> /dev/null || true`;
    const { stdout } = await stack.project.compose(['exec', '-T', service, 'sh', '-c', read]);
    places.set(`environments and command lines in ${service}`, stdout);
  }
  const logs = await stack.project.compose(['logs', '--no-color']);
  places.set('logs', logs.stdout + logs.stderr);
  const names = (await stack.project.compose(['config', '--images'])).stdout.split('\n').filter(Boolean);
  for (const image of names) {
    const history = await docker(['history', '--no-trunc', '--format', '{{.CreatedBy}}', image]);
    places.set(`image ${image}`, JSON.stringify(await docker(['inspect', image])) + history.stdout);
  }
  for (const [place, text] of places)
    expect(
      values.filter((value) => text.includes(value)),
      place,
    ).toEqual([]);
  // The scope of the packages is in every image that is built here: a search that finds nothing would find no secret.
  const known = '@evenkeel/';
  for (const image of names.filter((name) => name.includes('evenkeel')))
    expect(await foundInImage(image, [known, ...values]), image).toEqual([known]);
});

it("has nobody's email in its logs, although some were refused", async () => {
  const { stdout, stderr } = await stack.project.compose(['logs', '--no-color']);
  expect(stdout).toContain('duplicate key value violates unique constraint "users_email_key"');
  expect(stdout + stderr).not.toMatch(/acceptance-[\w-]+@example\.com/);
});

it('gives each container the secrets that it needs, and no others', async () => {
  const { stdout } = await stack.project.compose(['exec', '-T', 'api-gateway', 'ls', '/run/secrets']);
  expect(stdout.trim()).toBe('redis_password');
  await expect(stack.project.compose(['exec', '-T', 'api-gateway', 'touch', '/run/secrets/x'])).rejects.toThrow(
    'Read-only',
  );
});

it("lets PostgreSQL's superuser in with the password of its file, and with no other", async () => {
  // By the name that others use: the image trusts whoever asks at 127.0.0.1.
  const ask = (password: string): Promise<unknown> => {
    const command = `PGPASSWORD="${password}" psql --host=postgres --username=postgres --command='SELECT 1'`;
    return stack.project.compose(['exec', '-T', 'postgres', 'sh', '-c', command]);
  };
  await ask('$(cat /run/secrets/postgres_superuser_password)');
  await expect(ask('another')).rejects.toThrow('password authentication failed');
});

it('publishes only what a developer needs, on loopback', async () => {
  const { stdout } = await stack.project.compose(['ps', '--format', '{{.Ports}}']);
  const published = [...stdout.matchAll(/(\S+):\d+->(\d+)\/tcp/g)].map(([, address, port]) => `${address} ${port}`);
  const ports = [8080, 9080, 9081, 9082, 9229, 9230, 9231];
  expect(published.sort()).toEqual(ports.map((port) => `127.0.0.1 ${port}`));
});

it('fits into its memory', async () => {
  expect(await memory(stack.project, containers)).toBeLessThan(850);
});

it('comes back when any container is killed, and loses nothing that was acknowledged', async () => {
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
    // As a crash does it: an end that the engine did not order. The first child of the init process is the program.
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

it('lets a request in flight finish when it is brought down', async () => {
  const slow = await slowRequest(stack.baseUrl);
  const down = stack.project.compose(['stop']);
  await sleep(500);
  slow.finish();
  expect(await slow.status).toBe(401);
  await down;
}, 120_000);

it('starts again with its data and secrets when nothing has changed', async () => {
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

it('completes a first start that was interrupted', async () => {
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

async function readSecret(service: string, name: string): Promise<string> {
  return (await stack.project.compose(['exec', '-T', service, 'cat', `/run/secrets/${name}`])).stdout.trim();
}

/** Of JSON, the parts that must not be seen: the numbers of a private key, the secrets of clients. */
function secretParts(value: string): string[] {
  if (!value.startsWith('{')) return [value];
  const parsed = JSON.parse(value) as { keys: { d: string; p: string }[] } | Record<string, { secret: string }>;
  if (Array.isArray(parsed.keys)) return parsed.keys.flatMap(({ d, p }) => [d, p]);
  return Object.values(parsed as Record<string, { secret: string }>).map(({ secret }) => secret);
}

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
