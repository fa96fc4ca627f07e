import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { testRedis, type TestRedis } from '@evenkeel/testing';
import { generateSigningKey } from '@evenkeel/tokens/testing';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';

const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts');
const folder = mkdtempSync(join(tmpdir(), 'auth-service-'));
const keysFile = join(folder, 'signing_keys.json');
const [first, second] = [generateSigningKey('first'), generateSigningKey('second')];

let redis: TestRedis;
let child: ChildProcess | undefined;
beforeAll(async () => {
  redis = await testRedis();
});
afterEach(() => child?.kill('SIGKILL'));
afterAll(async () => {
  await redis.close();
  rmSync(folder, { recursive: true });
});

function start(env: Record<string, string>): ChildProcess {
  const { PATH = '' } = process.env;
  return spawn(process.execPath, [MAIN], { env: { PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

async function json(url: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(url);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

it('starts without user-service, tells its health, takes new keys on SIGHUP and ends on SIGTERM with 0', async () => {
  writeFileSync(keysFile, JSON.stringify({ active: 'first', keys: [first] }));
  const [port, adminPort, nobody] = [await freePort(), await freePort(), await freePort()];
  const admin = `http://127.0.0.1:${String(adminPort)}`;
  const api = `http://127.0.0.1:${String(port)}`;
  child = start({
    PORT: String(port),
    ADMIN_PORT: String(adminPort),
    REDIS_URL: redis.url,
    REDIS_PASSWORD: redis.password,
    USER_SERVICE_URL: `http://127.0.0.1:${String(nobody)}`,
    SIGNING_KEYS_FILE: keysFile,
    SERVICE_CLIENTS: '{"user-service":"a secret of user-service"}',
  });
  let output = '';
  child.stdout?.on('data', (chunk) => (output += String(chunk)));
  child.stderr?.on('data', (chunk) => (output += String(chunk)));
  expect(await Promise.race([once(child, 'message'), once(child, 'exit')]), output).toEqual(['ready', undefined]);

  expect((await json(`${admin}/readyz`)).status).toBe(200);
  const health = await json(`${admin}/healthz`);
  expect(health).toMatchObject({
    status: 503,
    body: { status: 'degraded', checks: { redis: { status: 'ok' }, 'user-service': { status: 'failed' } } },
  });
  const { body: openapi } = await json(`${admin}/openapi.json`);
  expect(Object.keys(openapi['paths'] as object).sort()).toEqual([
    '/.well-known/jwks.json',
    '/auth/login',
    '/auth/logout',
    '/auth/refresh',
    '/auth/register',
    '/auth/sessions',
    '/auth/sessions/{id}',
    '/internal/sessions/end',
    '/internal/token',
  ]);

  writeFileSync(keysFile, JSON.stringify({ active: 'first', keys: [first, second] }));
  child.kill('SIGHUP');
  while ((await published(api)).length < 2) await sleep(20);
  expect(await published(api)).toEqual(['first', 'second']);
  expect((await json(`${admin}/healthz`)).body['config']).not.toEqual(health.body['config']);

  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await exited, output).toEqual([0, null]);
  expect(output).not.toContain((first as { d: string }).d);
});

async function published(api: string): Promise<string[]> {
  const { body } = await json(`${api}/.well-known/jwks.json`);
  return (body['keys'] as { kid: string }[]).map(({ kid }) => kid);
}

it('names every mistake in its configuration, shows no secret, and exits with 1', async () => {
  child = start({
    PORT: '0',
    ADMIN_PORT: '0',
    LOG_LEVEL: 'loud',
    REDIS_URL: 'http://127.0.0.1',
    TRUSTED_PROXIES: '10.0.0.0/33',
    SIGNING_KEYS: JSON.stringify({ active: 'weak', keys: [generateSigningKey('weak', 1024)] }),
    SERVICE_CLIENTS: '{"user-service":"hunter2"}',
    LOGIN_ADDRESS_RATE: 'often',
  });
  let output = '';
  child.stderr?.on('data', (chunk) => (output += String(chunk)));
  expect(await once(child, 'close')).toEqual([1, null]);
  const mistakes = [
    'LOG_LEVEL: ',
    'REDIS_URL: ',
    'REDIS_PASSWORD: is missing',
    'USER_SERVICE_URL: is missing',
    'TRUSTED_PROXIES: must be networks in CIDR notation',
    'SIGNING_KEYS: the key "weak" has 1024 bits',
    'SERVICE_CLIENTS: user-service: has fewer than 16 characters',
    'LOGIN_ADDRESS_RATE: must be attempts/seconds',
  ];
  for (const mistake of mistakes) expect(output).toContain(mistake);
  expect(output).not.toContain('hunter2');
});
