import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, lstat, mkdir, mkdtemp, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { ensureDatabase, findFreePort, identify, isAlive, startPostgres, StoreError } from '../src/index.ts';
import { findPostgresBinaries, linkLibraries } from '../src/postgres-binaries.ts';
import { openCluster } from '../src/postgres-cluster.ts';
import { preparePostgresHome } from '../src/postgres-home.ts';
import { spawnPostgres } from '../src/postgres-process.ts';

let folder: string;
let dir: string;

// initdb takes most of a second: those tests that need data which are there begin with a copy of these.
let prepared: string;
beforeAll(async () => {
  prepared = await mkdtemp(join(tmpdir(), 'evenkeel-prepared-'));
  await chmod(prepared, 0o755);
  await (await startPostgres({ dir: join(prepared, 'postgres'), password: 'secret' })).stop();
});
afterAll(() => removeWithData(prepared));
const prepare = async () => {
  // A clone that is closed to the user PostgreSQL runs as has its data elsewhere, where each folder has its own.
  if (await linkTarget(join(prepared, 'postgres'))) await startThenStop();
  else await promisify(execFile)('cp', ['-a', join(prepared, 'postgres'), dir]);
};
const linkTarget = (path: string) => readlink(path).catch(() => undefined);
const removeWithData = async (path: string) => {
  const data = await linkTarget(join(path, 'postgres'));
  if (data !== undefined) await rm(dirname(data), { recursive: true, force: true });
  await rm(path, { recursive: true, force: true });
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evenkeel-stores-'));
  await chmod(folder, 0o755);
  dir = join(folder, 'postgres');
});
afterEach(() => removeWithData(folder));

const start = (password = 'secret') => startPostgres({ dir, password });

async function query<T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

it('keeps the values of rows out of its log', async () => {
  await prepare();
  await using server = await start();
  const row = `CREATE TEMP TABLE users (email text UNIQUE); INSERT INTO users VALUES ('ada' || '@example.com')`;
  const twice = `${row}, ('ada' || '@example.com')`;
  await expect(query(server.url, twice)).rejects.toThrow('duplicate key');
  const log = await readFile(join(folder, 'postgres.log'), 'utf8');
  expect(log).toContain('duplicate key value');
  expect(log).not.toContain('ada@example.com');
});

async function startThenStop(): Promise<void> {
  await (await start()).stop();
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('a PostgreSQL of our own', () => {
  it('keeps its data between starts, and lets nobody in without the password', async () => {
    {
      await using postgres = await start();
      await query(postgres.url, 'CREATE TABLE kept AS SELECT 42 AS n');
      await expect(query(postgres.url.replace('secret', 'wrong'), 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    }
    await using postgres = await start();
    expect(await query(postgres.url, 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
    const [settings] = await query(postgres.url, `SELECT current_setting('fsync') AS fsync, version()`);
    expect(settings).toMatchObject({ fsync: 'on', version: expect.stringMatching(/^PostgreSQL 17\./) });
  });

  it('takes a new password when the old one was lost', async () => {
    await prepare();
    await using postgres = await start("it's new");
    expect(await query(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('gives a role its database and keeps everybody else out', async () => {
    await prepare();
    await using postgres = await start();
    const users = { adminUrl: postgres.url, database: 'users', role: 'user_service', password: 'a' };
    await ensureDatabase(users);
    await ensureDatabase({ ...users, database: 'orders', role: 'order_service' });
    await ensureDatabase({ ...users, password: 'b' });

    const as = (role: string, password: string, database: string) =>
      `postgres://${role}:${password}@127.0.0.1:${postgres.port}/${database}`;
    await query(as('user_service', 'b', 'users'), 'CREATE TABLE mine (id int)');
    await expect(query(as('user_service', 'a', 'users'), 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    for (const database of ['orders', 'postgres', 'template1']) {
      const entering = query(as('user_service', 'b', database), 'SELECT 1');
      await expect(entering, database).rejects.toMatchObject({ code: '42501' });
    }
    await expect(query(as('user_service', 'b', 'users'), 'CREATE DATABASE x')).rejects.toMatchObject({ code: '42501' });
  });
});

it('gives a start up when it is told to, and ends what it has begun', async () => {
  const binaries = { folder: join(folder, 'fake'), version: '17' };
  await mkdir(join(binaries.folder, 'bin'), { recursive: true });
  const initdb = '#!/bin/sh\necho $$ >"$2/pid.new" && mv "$2/pid.new" "$2/pid" && exec sleep 600\n';
  for (const name of ['initdb', 'postgres']) {
    await writeFile(join(binaries.folder, 'bin', name), initdb, { mode: 0o755 });
  }
  const home = await preparePostgresHome(dir, binaries, true);
  const starting = new AbortController();
  const opened = openCluster(home, { dir, password: 'secret', temporary: true, signal: starting.signal });
  const pid = () => readFile(`${dir}.new/pid`, 'utf8').then(Number, () => 0);
  await expect.poll(pid).toBeGreaterThan(0);
  starting.abort(new Error('no more'));
  await expect(opened).rejects.toThrow(/^no more$/);
  expect(isAlive(await pid())).toBe(false);
});

it('runs from a package as npm unpacks it, without symbolic links and without a script of its own', async () => {
  const installed = await findPostgresBinaries();
  const binaries = { ...installed, folder: join(folder, 'package', 'native') };
  const filter = async (path: string) => !(await lstat(path)).isSymbolicLink();
  await cp(installed.folder, binaries.folder, { recursive: true, filter });
  const home = await preparePostgresHome(dir, binaries, true);
  await linkLibraries(binaries.folder);
  await openCluster(home, { dir, password: 'secret', temporary: true });
});

describe('after a keeper that was killed', () => {
  it('ends with it, and starts again', async () => {
    await prepare();
    const keeper = spawn(process.execPath, [fileURLToPath(new URL('keeper.ts', import.meta.url)), dir]);
    const [line] = (await once(keeper.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(isAlive(pid)).toBe(true);
    keeper.kill('SIGKILL');
    await until(() => !isAlive(pid));
    await startThenStop();
  });

  it('ends a server that was left behind', async () => {
    await prepare();
    const home = await preparePostgresHome(dir, await findPostgresBinaries(), false);
    const options = { dir, password: 'secret', logFile: join(folder, 'left.log') };
    const left = await spawnPostgres(home, await findFreePort(), options);
    await startThenStop();
    expect(isAlive(left.pid as number)).toBe(false);
  });

  it('waits for what a killed server left running on its data', async () => {
    await prepare();
    const killed = await start();
    const client = new pg.Client({ connectionString: killed.url });
    client.on('error', () => undefined);
    await client.connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const backend = rows[0]?.pid as number;
    process.kill(backend, 'SIGSTOP'); // it cannot notice that its server is gone
    process.kill(killed.pid, 'SIGKILL');
    await killed.exited;
    setTimeout(() => process.kill(backend, 'SIGCONT'), 1_000);
    await using again = await start();
    expect(await query(again.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('is not misled by a lock file whose process id is a stranger by now', async () => {
    await prepare();
    const data = (await readlink(dir).catch(() => dir)) as string;
    await writeFile(join(data, 'postmaster.pid'), `${process.ppid}\n${data}\n`);
    await startThenStop();
    expect(isAlive(process.ppid)).toBe(true);
  });

  it('refuses data that a live process keeps', async () => {
    await writeFile(`${dir}.owner`, `${await identify(process.ppid)}\n`);
    await expect(start()).rejects.toThrow(new RegExp(`process ${process.ppid} runs it on .*\n.*keel down`));
  });
});

describe('data that cannot be used', () => {
  it.each([
    ['a damaged folder', 'global/pg_control', undefined, /seems damaged[^]*pg_control[^]*mv \/\S+/],
    [
      'another version',
      'PG_VERSION',
      '16\n',
      /another version[^]*made by version 16, this is version 17[^]*pg_dumpall/,
    ],
    ['no PostgreSQL folder', 'PG_VERSION', undefined, /cannot use its data folder[^]*no PG_VERSION[^]*ls -la/],
  ])('%s is named with its fix', async (_name, file, content, message) => {
    await prepare();
    if (content === undefined) await rm(join(dir, file));
    else await writeFile(join(dir, file), content);
    const failure = await start().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StoreError);
    expect((failure as Error).message).toMatch(message);
  });

  it('an interrupted initdb leaves nothing behind', async () => {
    await mkdir(`${dir}.new`);
    await writeFile(join(`${dir}.new`, 'PG_VERSION'), '17\n');
    await startThenStop();
  });
});

describe.runIf(process.getuid?.() === 0)('as root in a folder that is closed to others', () => {
  it('keeps the data in a place that the unprivileged user can reach', async () => {
    await chmod(folder, 0o700);
    {
      await using postgres = await start();
      await query(postgres.url, 'CREATE TABLE kept AS SELECT 42 AS n');
    }
    const data = await readlink(dir);
    onTestFinished(() => rm(join(data, '..'), { recursive: true, force: true }));
    expect(await readFile(join(data, '..', 'README'), 'utf8')).toContain(dir);
    {
      await using postgres = await start();
      expect(await query(postgres.url, 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
    }
    await rm(dir);
    await using postgres = await start();
    await expect(query(postgres.url, 'SELECT n FROM kept')).rejects.toMatchObject({ code: '42P01' });
  });

  it('does without a folder for temporary files that is closed, too, as pam_tmpdir makes it', async () => {
    await chmod(folder, 0o700);
    vi.stubEnv('TMPDIR', folder);
    onTestFinished(() => void vi.unstubAllEnvs());
    await using postgres = await startPostgres({ dir, password: 'secret', temporary: true });
    expect(await query(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('removes all of a temporary one, also when its start is given up', async () => {
    await chmod(folder, 0o700);
    const temporary = { dir, password: 'secret', temporary: true };
    const postgres = await startPostgres(temporary);
    const data = await readlink(dir);
    await postgres.stop();
    const nothing = { code: 'ENOENT' };
    await expect(readFile(join(data, '..', 'README'))).rejects.toMatchObject(nothing);
    const signal = AbortSignal.abort(new Error('no more'));
    await expect(startPostgres({ ...temporary, signal })).rejects.toThrow(/^no more$/);
    await expect(readFile(join(data, '..', 'README'))).rejects.toMatchObject(nothing);
  });
});
