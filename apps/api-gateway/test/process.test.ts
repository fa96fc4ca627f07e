import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get, request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startOtlpRecorder, startService, testRedis, type ServiceProcess, type TestRedis } from '@evenkeel/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { upstreamVariables } from '../src/upstream-variables.ts';
import { connections, startKeys, startUpstream, type Upstream } from './upstream.ts';

const program = join(import.meta.dirname, '../src/main.ts');
const folder = mkdtempSync(join(tmpdir(), 'gateway-process-'));
const routesFile = join(folder, 'routes.yaml');
const routes = (prefix: string) => `routes:
  - { prefix: ${prefix}, upstream: user-service, token: none, max_body_bytes: 300000000 }
`;

let redis: TestRedis;
let auth: Upstream;
let users: Upstream;
const running: ServiceProcess[] = [];

beforeAll(async () => {
  [redis, { upstream: auth }, users] = await Promise.all([testRedis(), startKeys(), startUpstream()]);
});
beforeEach(() => writeFileSync(routesFile, routes('/users')));
afterEach(() => Promise.all(running.splice(0).map((gateway) => gateway[Symbol.asyncDispose]())));
afterAll(async () => {
  await Promise.all([redis.close(), auth.stop(), users.stop()]);
  rmSync(folder, { recursive: true });
});

async function start(env: Record<string, string> = {}): Promise<ServiceProcess> {
  const gateway = await startService(program, {
    ...connections({ auth, users, redis, routesFile }),
    ...env,
  });
  running.push(gateway);
  return gateway;
}

interface Health {
  status: string;
  checks: Record<string, { status: string }>;
  config: { version: string; error?: string };
}

const health = async (admin: string) => (await (await fetch(`${admin}/healthz`)).json()) as Health;

it('shows its operators its health and its routes', async () => {
  const gateway = await start();
  await gateway.ready;
  expect((await fetch(`${gateway.admin}/readyz`)).status).toBe(200);
  const { status, checks } = await health(gateway.admin);
  expect([status, Object.keys(checks).sort()]).toEqual(['ok', ['redis', ...Object.keys(upstreamVariables)].sort()]);
  const metrics = await (await fetch(`${gateway.admin}/metrics`)).text();
  expect(metrics).toMatch(/^gateway_breaker_open\{.*upstream="user-service".*\} 0$/m);
  const api = (await (await fetch(`${gateway.admin}/openapi.json`)).json()) as { paths: object };
  expect(Object.keys(api.paths)).toEqual(['/users', '/users/{rest}']);
});

it('tries requests of its page like any other, for users on its machine only', async () => {
  const gateway = await start();
  await gateway.ready;
  const document = (await (await fetch(`${gateway.admin}/openapi.json`)).json()) as { servers: object };
  expect(document.servers).toEqual([{ url: '/try' }]);
  const response = await fetch(`${gateway.admin}/try/users?a=1`, { headers: { 'x-user-id': 'forged' } });
  expect(await response.json()).toMatchObject({ method: 'GET', url: '/users?a=1' });
  expect(users.requests.at(-1)?.headers).not.toHaveProperty('x-user-id');
  expect((await fetch(`${gateway.admin}/try/internal/users`)).status).toBe(404);
  const status = await new Promise((resolve) => {
    get(`${gateway.admin}/try/users`, { headers: { host: 'rebound.example.com' } }, (refused) =>
      resolve(refused.statusCode),
    );
  });
  expect(status).toBe(403);
});

it('passes the trace on to the service', async () => {
  const gateway = await start();
  await gateway.ready;
  const trace = '0af7651916cd43dd8448eb211c80319c';
  const response = await fetch(`${gateway.url}/users`, { headers: { traceparent: `00-${trace}-b7ad6b7169203331-01` } });
  const { headers } = (await response.json()) as { headers: Record<string, string> };
  expect(headers['traceparent']).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-\\d\\d$`));
  expect(headers['traceparent']).not.toContain('b7ad6b7169203331');
});

it("does not let a stranger's trace decide what is recorded", async () => {
  await using recorder = await startOtlpRecorder();
  const sampler = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' };
  const [stranger, trusted] = await Promise.all([
    start({ ...recorder.env, ...sampler, TRUSTED_PROXIES: '192.0.2.0/24' }),
    start({ ...recorder.env, ...sampler }),
  ]);
  const trace = '0af7651916cd43dd8448eb211c80319c';
  const upstreamSees = async ({ ready, url }: ServiceProcess) => {
    await ready;
    const response = await fetch(`${url}/users`, { headers: { traceparent: `00-${trace}-b7ad6b7169203331-01` } });
    return ((await response.json()) as { headers: Record<string, string> }).headers['traceparent'];
  };
  const passedOn = await upstreamSees(stranger);
  expect(passedOn).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  expect(passedOn).not.toContain(trace);
  expect(await upstreamSees(trusted)).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`));
  await expect.poll(() => recorder.spans.map(({ traceId }) => traceId)).toContain(trace);
  expect(new Set(recorder.spans.map(({ traceId }) => traceId))).toEqual(new Set([trace]));
});

it('does not start with a sampler that would record everything in silence', async () => {
  const gateway = await start({ OTEL_TRACES_SAMPLER: 'ratio', OTEL_TRACES_SAMPLER_ARG: '10%' });
  expect(await gateway.exited).toBe(1);
  expect(gateway.output()).toMatch(/OTEL_TRACES_SAMPLER: .*parentbased_traceidratio/);
  expect(gateway.output()).toContain('OTEL_TRACES_SAMPLER_ARG: must be a ratio from 0 to 1, such as 0.1 (found "10%")');
});

it('has one series for all paths of a route, and one for all unknown paths', { timeout: 300_000 }, async () => {
  const gateway = await start();
  await gateway.ready;
  const series = async () => {
    const text = await (await fetch(`${gateway.admin}/metrics`)).text();
    return text.split('\n').filter((line) => line.startsWith('http_'));
  };
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const ask = (path: string) =>
    new Promise<void>((resolve, reject) => {
      get(gateway.url + path, { agent }, (response) => response.resume().once('end', resolve)).once('error', reject);
    });
  const all = (count: number, path: () => string) => Promise.all(Array.from({ length: count }, () => ask(path())));
  const [user, unknown] = [() => `/users/${crypto.randomUUID()}`, () => `/${crypto.randomUUID()}`];
  await all(2, user);
  await all(2, unknown);
  const names = (lines: string[]) => lines.map((line) => line.replace(/ \S+$/, ''));
  const before = names(await series());
  await all(10_000, user);
  await all(1_000, unknown);
  agent.destroy();
  const after = await series();
  expect(names(after)).toEqual(before);
  expect(after).toContainEqual(expect.stringMatching(/_count\{.*http_route="\/users".* 10002$/));
});

it('swaps its routes on SIGHUP, and keeps the last good ones when there is a mistake', async () => {
  const gateway = await start();
  await gateway.ready;
  const { config } = await health(gateway.admin);
  writeFileSync(routesFile, 'routes:\n  - prefix: /people\n    upstream: user-servce\n');
  gateway.child.kill('SIGHUP');
  await expect.poll(async () => (await health(gateway.admin)).config.error).toMatch(/routes\.yaml:3: ROUTES: /);
  expect((await fetch(`${gateway.url}/users`)).status).toBe(200);

  writeFileSync(routesFile, routes('/people'));
  gateway.child.kill('SIGHUP');
  await expect.poll(async () => (await health(gateway.admin)).config.version).not.toBe(config.version);
  const statuses = await Promise.all(
    ['/users', '/people'].map(async (path) => (await fetch(gateway.url + path)).status),
  );
  expect(statuses).toEqual([404, 200]);
  const api = (await (await fetch(`${gateway.admin}/openapi.json`)).json()) as { paths: object };
  expect(Object.keys(api.paths)).toContain('/people');
});

it('names every mistake in its configuration and exits 1', async () => {
  writeFileSync(routesFile, 'routes:\n  - prefix: /users/\n    upstream: nobody\n');
  const gateway = await start({ LOG_LEVEL: 'loud', CORS_ORIGINS: '*' });
  expect(await gateway.exited).toBe(1);
  for (const mistake of ['LOG_LEVEL: ', 'CORS_ORIGINS: ', `${routesFile}:2: ROUTES: `, `${routesFile}:3: ROUTES: `]) {
    expect(gateway.output()).toContain(mistake);
  }
});

it('finishes every request that it accepted when it is stopped under load, and exits 0', async () => {
  const gateway = await start();
  await gateway.ready;
  users.handler = (_request, response) => void setTimeout(() => response.end('done'), 20);
  const [before, outcomes] = [users.requests.length, { ok: 0, refused: 0, failed: [] as string[] }];
  let stop = false;
  const agent = new Agent({ keepAlive: true, maxSockets: 20 });
  const ask = () =>
    new Promise<void>((resolve) => {
      const sent = get(`${gateway.url}/users`, { agent }, (response) => {
        response.resume().once('end', () => {
          if (response.statusCode === 200 && response.complete) outcomes.ok++;
          else outcomes.failed.push(String(response.statusCode));
          resolve();
        });
      });
      sent.once('error', (error: NodeJS.ErrnoException) => {
        // A stop looks like this to clients, also on a kept connection that is closed just as its next request is sent.
        if (error.code === 'ECONNREFUSED' || error.code === 'ECONNRESET') outcomes.refused++;
        else outcomes.failed.push(String(error));
        resolve();
      });
    });
  const clients = Array.from({ length: 20 }, async () => {
    while (!stop) await ask();
  });
  await expect.poll(() => outcomes.ok).toBeGreaterThan(100);
  gateway.child.kill('SIGTERM');
  expect(await gateway.exited).toBe(0);
  stop = true;
  await Promise.all(clients);
  agent.destroy();
  expect(outcomes.failed).toEqual([]);
  expect(outcomes.ok).toBe(users.requests.length - before);
});

it('lets an upload and a download in flight finish when it is stopped', async () => {
  const gateway = await start({ DRAIN_TIMEOUT_MS: '20000' });
  await gateway.ready;
  users.handler = (incoming, response) => {
    response.writeHead(200).write('begun ');
    incoming.resume().once('end', () => response.end('ended'));
  };
  const sent = request(`${gateway.url}/users`, { method: 'POST' });
  sent.write('one');
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  response.on('data', (chunk) => (text += String(chunk)));
  gateway.child.kill('SIGTERM');
  await expect
    .poll(() =>
      fetch(`${gateway.admin}/readyz`).then(
        ({ status }) => status,
        () => 0,
      ),
    )
    .not.toBe(200);
  sent.end('two');
  await once(response, 'end');
  expect(text).toBe('begun ended');
  expect(await gateway.exited).toBe(0);
});

it('carries 200 MB both ways in bounded memory', { timeout: 120_000 }, async () => {
  const MB = 1024 * 1024;
  const gateway = await start();
  await gateway.ready;
  users.handler = (incoming, response) => void incoming.pipe(response);
  await fetch(`${gateway.url}/users`, { method: 'POST', body: Buffer.alloc(MB) }).then((answer) =>
    answer.arrayBuffer(),
  );
  const before = await residentMegabytes(gateway.child);
  const sent = request(`${gateway.url}/users`, { method: 'POST' });
  const sending = (async () => {
    for (let index = 0; index < 200; index++) if (!sent.write(Buffer.alloc(MB))) await once(sent, 'drain');
    sent.end();
  })();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let [received, looks, most] = [0, 0, before];
  for await (const part of response) {
    received += (part as Buffer).length;
    if (received < (looks + 1) * 20 * MB) continue;
    looks++;
    // Nothing is read meanwhile: without back-pressure the gateway would buffer all of it now.
    await sleep(200);
    most = Math.max(most, await residentMegabytes(gateway.child));
  }
  await sending;
  expect(received).toBe(200 * MB);
  // V8 itself lets some 64 MB of dead buffers stand before it collects them; 200 MB, or twice that, would be a copy.
  expect(most - before).toBeLessThan(130);
});

/** Resident memory of a process in MB, by the one tool that Linux and macOS both have. */
async function residentMegabytes({ pid }: ChildProcess): Promise<number> {
  const ps = spawn('ps', ['-o', 'rss=', '-p', String(pid)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  ps.stdout.on('data', (chunk) => (text += String(chunk)));
  await once(ps, 'close');
  return Number(text) / 1024;
}
