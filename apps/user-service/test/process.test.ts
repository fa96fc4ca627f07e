import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  serveOnFreePort,
  startProgram,
  startService,
  testDatabase,
  type Served,
  type TestDatabase,
} from '@evenkeel/testing';
import { createTestKeys } from '@evenkeel/tokens/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

const MAIN = join(import.meta.dirname, '../src/main.ts');
const keys = createTestKeys();
const ADMIN = { email: 'admin@example.com', password: 'correct horse battery' };
vi.setConfig({ testTimeout: 120_000 });

let database: TestDatabase;
let authService: Served;
let folder: string;

beforeAll(async () => {
  database = await testDatabase({ name: 'empty', migrate: () => Promise.resolve() });
  authService = await serveOnFreePort((_request, response) => response.end(JSON.stringify(keys.jwks)));
  folder = await mkdtemp(join(tmpdir(), 'user-service-'));
});
afterAll(async () => {
  await authService.close();
  await rm(folder, { recursive: true });
  await database.close();
});

const start = (more: Record<string, string> = {}) =>
  startService(MAIN, {
    DATABASE_URL: database.url,
    DATABASE_PASSWORD: database.password,
    AUTH_SERVICE_URL: authService.url,
    SERVICE_CLIENT_SECRET: 'a secret of user-service for tests',
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
    ...more,
  });

describe('the process', () => {
  it('starts beside others, on an empty database, with one administrator for all', async () => {
    const processes = await Promise.all([start(), start(), start()]);
    await using stack = new AsyncDisposableStack();
    for (const each of processes) stack.use(each);
    await Promise.all(processes.map(({ ready }) => ready));

    const [{ url, admin }] = processes;
    const health = (await (await fetch(`${admin}/healthz`)).json()) as object;
    expect(health).toMatchObject({ status: 'ok', service: 'user-service', checks: { postgres: { status: 'ok' } } });
    for (const path of ['/livez', '/readyz', '/metrics', '/docs/'])
      expect((await fetch(admin + path)).status, path).toBe(200);
    const { paths } = (await (await fetch(`${admin}/openapi.json`)).json()) as { paths: object };
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(['/users', '/users/{id}', '/users/me', '/internal/users']),
    );

    const answer = await fetch(`${url}/internal/credentials/verify`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${keys.serviceToken('credentials:verify')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(ADMIN),
    });
    const account = (await answer.json()) as { id: string };
    expect(account).toMatchObject({ email: ADMIN.email, roles: ['admin', 'user'] });
    const list = await fetch(`${url}/users`, {
      headers: { authorization: `Bearer ${keys.userToken({ sub: account.id, roles: ['admin'] })}` },
    });
    expect(((await list.json()) as { items: object[] }).items).toHaveLength(1);
    for (const { output } of processes) expect(output()).not.toContain(ADMIN.password);
  });

  it('reads its reloadable configuration again on SIGHUP, and keeps the last good one', async () => {
    const file = join(folder, '.env');
    await writeFile(file, 'LOG_LEVEL=info\n');
    await using service = await start({ ENV_FILE: file });
    await service.ready;
    const config = async () =>
      ((await (await fetch(`${service.admin}/healthz`)).json()) as { config: { version: string; error?: string } })
        .config;
    const first = await config();

    await writeFile(file, 'LOG_LEVEL=debug\n');
    service.child.kill('SIGHUP');
    await expect.poll(config).not.toEqual(first);
    const second = await config();
    expect(second.version).not.toBe(first.version);

    await writeFile(file, 'LOG_LEVEL=loud\n');
    service.child.kill('SIGHUP');
    await expect.poll(config).toMatchObject({
      version: second.version,
      error: expect.stringContaining('.env:1: LOG_LEVEL') as string,
    });
  });

  it('finishes the requests it has accepted on SIGTERM, and exits 0', async () => {
    await using service = await start();
    await service.ready;
    const headers = {
      authorization: `Bearer ${keys.serviceToken('credentials:verify')}`,
      'content-type': 'application/json',
      // A connection for each: a kept one may be closed just as its next request leaves, which no server can help.
      connection: 'close',
    };
    const answers: (number | string)[] = [];
    let stopped = false;
    const client = async () => {
      while (!stopped) {
        try {
          const body = JSON.stringify(ADMIN);
          const answer = await fetch(`${service.url}/internal/credentials/verify`, { method: 'POST', headers, body });
          await answer.arrayBuffer();
          answers.push(answer.status);
        } catch (error) {
          // Refused, or reset while it waited to be accepted: a stop looks like this to clients. None is cut halfway.
          answers.push(String((error as { cause?: { code?: string } }).cause?.code));
        }
      }
    };
    const clients = Array.from({ length: 6 }, client);
    await expect.poll(() => answers.length).toBeGreaterThan(20);
    service.child.kill('SIGTERM');
    expect(await service.exited).toBe(0);
    stopped = true;
    await Promise.all(clients);
    expect(answers.filter((answer) => ![200, 'ECONNREFUSED', 'ECONNRESET'].includes(answer))).toEqual([]);
  });

  it('names all mistakes of its configuration at once, and exits 1', async () => {
    const file = join(folder, '.env');
    await writeFile(file, 'LOG_LEVEL=loud\n\nADMIN_EMAIL=nobody\nDRAIN_TIMEOUT_MS=soon\n');
    const service = startProgram(MAIN, { ENV_FILE: file, DATABASE_PASSWORD: 'hunter2hunter2' });
    expect(await service.exited).toBe(1);
    for (const mistake of [
      '.env:1: LOG_LEVEL:',
      '.env:3: ADMIN_EMAIL:',
      '.env:4: DRAIN_TIMEOUT_MS:',
      'PORT: is missing',
    ])
      expect(service.output()).toContain(mistake);
    expect(service.output()).not.toContain('hunter2');
  });
});
