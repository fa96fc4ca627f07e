import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '@evenkeel/local-stores';
import { startProgram, startService, testRedis, type TestRedis } from '@evenkeel/testing';
import { generateSigningKey } from '@evenkeel/tokens/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

const MAIN = join(import.meta.dirname, '../src/main.ts');
const folder = mkdtempSync(join(tmpdir(), 'auth-service-'));
const keysFile = join(folder, 'signing_keys.json');
const [first, second] = [generateSigningKey('first'), generateSigningKey('second')];

let redis: TestRedis;
beforeAll(async () => {
  redis = await testRedis();
});
afterAll(async () => {
  await redis.close();
  rmSync(folder, { recursive: true });
});

async function json(url: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(url);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

it('starts without user-service, reports its health, reloads keys on SIGHUP and exits 0 on SIGTERM', async () => {
  writeFileSync(keysFile, JSON.stringify({ active: 'first', keys: [first] }));
  await using service = await startService(MAIN, {
    REDIS_URL: redis.url,
    REDIS_PASSWORD: redis.password,
    USER_SERVICE_URL: `http://127.0.0.1:${String(await findFreePort())}`,
    SIGNING_KEYS_FILE: keysFile,
    SERVICE_CLIENTS: '{"user-service":{"secrets":["a secret of user-service for tests"],"scopes":["sessions:end"]}}',
  });
  await service.ready;
  const { admin, url } = service;

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
    '/internal/credentials/confirm',
    '/internal/sessions/end',
    '/internal/token',
  ]);

  writeFileSync(keysFile, JSON.stringify({ active: 'first', keys: [first, second] }));
  service.child.kill('SIGHUP');
  await expect.poll(() => published(url)).toEqual(['first', 'second']);
  expect((await json(`${admin}/healthz`)).body['config']).not.toEqual(health.body['config']);

  service.child.kill('SIGTERM');
  expect(await service.exited, service.output()).toBe(0);
  expect(service.output()).not.toContain((first as { d: string }).d);
});

async function published(url: string): Promise<string[]> {
  const { body } = await json(`${url}/.well-known/jwks.json`);
  return (body['keys'] as { kid: string }[]).map(({ kid }) => kid);
}

it('names every mistake in its configuration, shows no secret, and exits with 1', async () => {
  await using service = startProgram(MAIN, {
    PORT: '0',
    ADMIN_PORT: '0',
    LOG_LEVEL: 'loud',
    REDIS_URL: 'http://127.0.0.1',
    TRUSTED_PROXIES: '10.0.0.0/33',
    SIGNING_KEYS: JSON.stringify({ active: 'weak', keys: [generateSigningKey('weak', 1024)] }),
    SERVICE_CLIENTS: '{"user-service":{"secrets":["hunter2-and-24-characters"],"scopes":["sessions:begin"]}}',
    LOGIN_ADDRESS_RATE: 'often',
  });
  expect(await service.exited).toBe(1);
  const mistakes = [
    'LOG_LEVEL: ',
    'REDIS_URL: ',
    'REDIS_PASSWORD: is missing',
    'USER_SERVICE_URL: is missing',
    'TRUSTED_PROXIES: must be networks in CIDR notation',
    'SIGNING_KEYS: the key "weak" has 1024 bits',
    'SERVICE_CLIENTS: user-service.secrets.0: has fewer than 32 characters',
    'SERVICE_CLIENTS: user-service.scopes.0: Invalid option: expected one of "credentials:verify"',
    'LOGIN_ADDRESS_RATE: must be attempts/seconds',
  ];
  for (const mistake of mistakes) expect(service.output()).toContain(mistake);
  expect(service.output()).not.toContain('hunter2');
});
