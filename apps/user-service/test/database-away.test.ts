import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ensureDatabase, startPostgres, type LocalStore } from '@evenkeel/local-stores';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { migrate } from '../src/store/migration.ts';
import { withPassword } from '../src/store/database.ts';
import type { StoredUser } from '../src/user.ts';
import { bootService, PASSWORD, silent, type ServiceUnderTest } from './service-under-test.ts';

// A PostgreSQL of its own, which this file stops and kills. How long things take is told, and fails nothing, but for a
// 503 that takes five times as long as is promised, while this process, with the service in it, did run: that is no slow
// machine but a limit that is not kept. How soon it is back is PostgreSQL's matter, too, and only told.
vi.setConfig({ testTimeout: 120_000 });
let folder: string;
let postgres: LocalStore;
let service: ServiceUnderTest;
let user: StoredUser;

const start = (port?: number) => startPostgres({ dir: join(folder, 'postgres'), password: 'superuser', port });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'user-service-'));
  await chmod(folder, 0o755);
  postgres = await start();
  const password = 'secret';
  await ensureDatabase({ adminUrl: postgres.url, database: 'users', role: 'user_service', password });
  const url = `postgres://user_service@127.0.0.1:${String(postgres.port)}/users`;
  await migrate({ url: withPassword(url, password), logger: silent });
  service = await bootService({ database: { url, password }, limitMs: 1_000 });
  user = await service.addUser();
});
afterAll(async () => {
  // A failed test may have left it stopped, and a stopped process does not end.
  await signalAll('SIGCONT');
  await service[Symbol.asyncDispose]();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

const PROMISED_MS = 2_000;
const TICK_MS = 50;
let ticks = 0;
const clock = setInterval(() => ticks++, TICK_MS);
afterAll(() => clearInterval(clock));

/** Milliseconds for which this process has run: a machine that stalls adds none. */
function ran(): number {
  return ticks * TICK_MS;
}

/** Clients that send requests all the time; the statuses they got, and the duration of the slowest response. */
function keepAsking(clients: number) {
  const told = new Map<number, number>();
  let stopped = false;
  const kinds = [
    () => service.send('GET', '/users/me', { as: user }),
    () => service.send('PATCH', `/users/${user.id}`, { as: user, body: { name: 'Grace' } }),
  ];
  const client = async (index: number) => {
    while (!stopped) {
      const begin = ran();
      const { status } = await (kinds[index % kinds.length] ?? (() => Promise.reject(new Error('no such kind'))))();
      told.set(status, Math.max(told.get(status) ?? 0, ran() - begin));
      await sleep(5);
    }
  };
  const running = Array.from({ length: clients }, (_, index) => client(index));
  async function stop(): Promise<void> {
    stopped = true;
    await Promise.all(running);
  }
  return { told, stop, [Symbol.asyncDispose]: stop };
}

/** Signals the server with its children: each connection has a process of its own. */
async function signalAll(signal: NodeJS.Signals): Promise<void> {
  // A server that is stopped has no more children while they are counted.
  process.kill(postgres.pid, 'SIGSTOP');
  const { stdout } = await promisify(execFile)('pgrep', ['-P', String(postgres.pid)]);
  const children = stdout.trim().split('\n').map(Number);
  for (const pid of [...children, postgres.pid])
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
}

const ask = () => service.send('GET', '/users/me', { as: user });

/** Milliseconds until a request succeeds. */
async function timeUntilOk(): Promise<number> {
  const begin = performance.now();
  while ((await ask()).status !== 200) await sleep(20);
  return performance.now() - begin;
}

/** 504 is for a change whose COMMIT got no response: it may have been carried out. */
function expectAnswers(told: ReadonlyMap<number, number>): void {
  const statuses = [...told.keys()].filter((status) => status !== 504);
  expect(new Set(statuses)).toEqual(new Set([200, 503]));
}

function report(what: string, ms = Number.NaN): number {
  console.log(`${what}: ${String(Math.round(ms))} ms`);
  return ms;
}

it('responds with 503 while PostgreSQL is stopped, serves the rest, and recovers when it continues', async () => {
  await using load = keepAsking(24);
  await expect.poll(() => load.told.has(200)).toBe(true);
  await signalAll('SIGSTOP');
  load.told.clear();
  await expect.poll(() => load.told.get(503)).toBeDefined();
  // All that need no database go on; each of these ends.
  expect((await service.send('GET', '/users/me')).status).toBe(401);
  expect(await ask()).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  await sleep(3_000);
  await signalAll('SIGCONT');
  report('stopped: back after', await timeUntilOk());
  await load.stop();
  expect(report('stopped: slowest 503', load.told.get(503))).toBeLessThan(5 * PROMISED_MS);
  expectAnswers(load.told);
});

it('has not carried out what failed with 503, when PostgreSQL continues', async () => {
  const { database } = service;
  // Statements of these connections reach a server that is stopped. Otherwise most registrations would wait for new ones.
  await Promise.all(Array.from({ length: 8 }, () => database.query('SELECT pg_sleep(0.3)')));
  const theirs = `FROM pg_stat_activity WHERE application_name = 'user-service' AND pid <> pg_backend_pid()`;
  const before = (await database.query<{ pid: number }>(`SELECT pid ${theirs}`)).map(({ pid }) => pid);
  expect(before.length).toBeGreaterThanOrEqual(7);
  await signalAll('SIGSTOP');
  const as = service.keys.serviceToken('users:register');
  const register = (index: number) => {
    const body = { email: `late-${String(index)}@example.com`, name: 'Late', password: PASSWORD };
    return service.send('POST', '/internal/users', { as, body });
  };
  const answers = await Promise.all(Array.from({ length: 8 }, (_, index) => register(index)));
  expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(503));
  await signalAll('SIGCONT');
  await timeUntilOk();
  // Whatever those connections were sent has been carried out, or not, once they are gone.
  const left = () => database.query(`SELECT ${theirs} AND pid = ANY ($1)`, [before]);
  await expect.poll(left, { timeout: 60_000 }).toEqual([]);
  expect(await database.query(`SELECT email FROM users WHERE email LIKE 'late-%'`)).toEqual([]);
});

it('responds with 503 while PostgreSQL is down, and recovers when it is back', async () => {
  await using load = keepAsking(24);
  await expect.poll(() => load.told.has(200)).toBe(true);
  await signalAll('SIGKILL');
  await postgres.exited;
  expect(await ask()).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  postgres = await start(postgres.port);
  report('killed: back after', await timeUntilOk());
  await load.stop();
  expect(report('killed: slowest 503', load.told.get(503))).toBeLessThan(5 * PROMISED_MS);
  expectAnswers(load.told);
});

it('has lost no connection for good', async () => {
  // More than the pool holds: if it had lost some, these would wait for them in vain.
  await expect
    .poll(async () => new Set((await Promise.all(Array.from({ length: 40 }, ask))).map(({ status }) => status)), {
      timeout: 60_000,
    })
    .toEqual(new Set([200]));
});
