import { get } from 'node:http';
import { existsSync } from 'node:fs';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { isAlive } from '@evenkeel/local-stores';
import { describe, expect, it, onTestFinished } from 'vitest';
import { clearLeftovers } from '../src/state/leftovers.ts';
import { takeLock } from '../src/state/lock.ts';
import {
  entry,
  keel,
  onPostgres,
  onRedis,
  openPlace,
  ROOT,
  services,
  startKeel,
  type KeelProcess,
  type Place,
} from './keel-process.ts';

const MINUTE = 60_000;

function statusOf(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });
}

async function pidsOf(place: Place): Promise<number[]> {
  const { pid, services, stores } = await place.state();
  return [pid, ...[...Object.values(services), ...Object.values(stores)].map((each) => each.pid)];
}

async function untilGone(pids: readonly number[]): Promise<void> {
  while (pids.some(isAlive)) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Kills the stores and expects them back on the same ports: the services become healthy again by themselves. */
async function restartsKilledStores(up: KeelProcess, place: Place): Promise<void> {
  const { services, stores } = await place.state();
  for (const { pid } of Object.values(stores)) process.kill(pid, 'SIGKILL');
  await up.untilPrinted(/postgres +\| it is running again/);
  await up.untilPrinted(/redis +\| it is running again/);
  const statuses = () => Promise.all(Object.values(services).map(({ adminUrl }) => statusOf(`${adminUrl}/healthz`)));
  await expect.poll(async () => (await statuses()).every((status) => status === 200)).toBe(true);
}

function occupy(port: number): Promise<void> {
  const server = createServer();
  onTestFinished(() => void server.close());
  return new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
}

describe('keel up', () => {
  it('applies a saved .env while it runs, and names what needs a restart', { timeout: 2 * MINUTE }, async () => {
    await using place = await openPlace();
    const envFile = join(place.stateDir, '.env');
    await writeFile(envFile, 'LOG_LEVEL=info\n');
    await using up = startKeel(['up'], { ...place.env, ENV_FILE: envFile });
    await up.untilPrinted(/"msg":"ready"[^]*config-reloader +\| .*"msg":"ready"/);
    await writeFile(envFile, 'LOG_LEVEL=debug\nTOKEN_AUDIENCE=others\n');
    for (const { name } of services)
      await up.untilPrinted(
        new RegExp(`^config-reloader +\\| .*${name}.*"restart_required":\\["TOKEN_AUDIENCE"\\]`, 'm'),
      );
    await writeFile(envFile, 'LOG_LEVEL=loud\n');
    await up.untilPrinted(/config-reloader +\| .*"reason":"\S+\.env:1: LOG_LEVEL: /);
  });

  it('runs the stack, restarts parts of it, and is stopped by keel down', { timeout: 2 * MINUTE }, async () => {
    await using place = await openPlace();
    await using up = startKeel(['up'], place.env);
    await up.untilPrinted(/All ready in/);
    const gateway = `http://127.0.0.1:${place.portOf(entry)}`;
    expect(up.output()).toContain(gateway);
    expect(up.output()).toContain(join(place.stateDir, 'secrets', 'admin_password'));
    expect(await statusOf(gateway)).toBeLessThan(500);
    expect((await stat(join(place.stateDir, 'secrets'))).mode & 0o077).toBe(0);

    const second = await keel(['up'], place.env);
    expect(second).toMatchObject({
      code: 1,
      output: expect.stringMatching(/is already running[^]*fix: \.\/keel down/),
    });

    const before = await place.state();
    const restart = await keel(['restart', onPostgres], place.env);
    expect(restart).toMatchObject({
      code: 0,
      output: expect.stringMatching(new RegExp(`wave 1[^]*${onPostgres} is ready \\(\\d+ ms\\)`)),
    });
    expect((await place.state()).services[onRedis]).toEqual(before.services[onRedis]);
    expect(await statusOf(gateway)).toBeLessThan(500);

    const pids = await pidsOf(place);
    expect(
      pids.filter((pid) => !isAlive(pid)),
      up.output(),
    ).toEqual([]);
    expect(await keel(['down'], place.env)).toMatchObject({
      code: 0,
      output: expect.stringContaining('Stopped'),
    });
    expect(await up.ended).toBe(0);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(await keel(['down'], place.env)).toEqual({ code: 0, output: 'No stack is running in this clone.\n' });
    // Services stop in the reverse order of their start.
    const stopped = [...(up.output().split('\nStopping ')[1] ?? '').matchAll(/^(\S+) +\| .*"msg":"stopped"/gm)].map(
      ([, name]) => name,
    );
    expect(stopped[0]).toBe(entry);
    expect(stopped).toHaveLength(services.length);
  });

  it(
    'restarts killed stores; killed itself, leaves nothing behind and starts again with its data',
    { timeout: 2 * MINUTE },
    async () => {
      await using place = await openPlace();
      // A new cluster would be another file.
      const cluster = async () => (await stat(join(place.stateDir, 'postgres', 'PG_VERSION'))).ino;
      let first: number[];
      let data: number;
      {
        await using up = startKeel(['up', '--plain'], place.env);
        await up.untilPrinted(/All ready in/);
        await restartsKilledStores(up, place);
        first = await pidsOf(place);
        data = await cluster();
        up.child.kill('SIGKILL');
        await up.ended;
      }
      await using again = startKeel(['up'], place.env);
      await again.untilPrinted(/All ready in/);
      await untilGone(first);
      expect(await cluster()).toBe(data);

      const second = await pidsOf(place);
      again.child.kill('SIGINT');
      expect(await again.ended).toBe(0);
      expect(second.filter(isAlive)).toEqual([]);
    },
  );
});

describe('keel up is stopped while its stores start', () => {
  const textOf = (file: string) => readFile(file, 'utf8').catch(() => '');

  /** An environment whose Redis notes its process id at each connection, never responds, and handles SIGTERM by `onTerm`. */
  async function withMuteRedis({ stateDir, env }: Place, onTerm: string): Promise<NodeJS.ProcessEnv> {
    const bin = join(stateDir, 'bin');
    const program = `const { appendFileSync, readFileSync, writeFileSync } = require('node:fs');
      const [, port] = /^port (.*)/m.exec(readFileSync(process.argv[2], 'utf8'));
      process.on('SIGTERM', () => { ${onTerm} }).on('SIGQUIT', () => {});
      const note = () => appendFileSync('${stateDir}/redis.asked', process.pid + ' ');
      require('node:net').createServer(note).listen(Number(port), '127.0.0.1');`;
    const script = `[ "$1" != --version ] || exec echo "Redis server v=7.2.0"\nexec "${process.execPath}" ${bin}/redis.cjs "$1"`;
    await mkdir(bin);
    await writeFile(join(bin, 'redis.cjs'), program);
    await writeFile(join(bin, 'redis-server'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return { ...env, PATH: `${bin}:${env['PATH']}` };
  }

  /** Waits until keel waits for that Redis, all else that it starts by then being there. Returns what runs besides keel. */
  async function untilItWaits(up: KeelProcess, { stateDir, state }: Place): Promise<number[]> {
    const [redis, postgres] = [join(stateDir, 'redis.asked'), join(stateDir, 'postgres', 'postmaster.pid')];
    await expect.poll(() => textOf(redis)).not.toBe('');
    await expect.poll(() => textOf(postgres)).toContain('ready');
    await expect.poll(() => existsSync(join(stateDir, 'run.json'))).toBe(true);
    const stores = [await textOf(redis), await textOf(postgres)].map((text) => Number.parseInt(text, 10));
    const pids = [...stores, ...Object.values((await state()).services).map(({ pid }) => pid)];
    expect(
      pids.filter((pid) => !isAlive(pid)),
      up.output(),
    ).toEqual([]);
    return pids;
  }

  it('at the first Ctrl-C, which it prints', { timeout: 2 * MINUTE }, async () => {
    await using place = await openPlace();
    await using up = startKeel(['up'], await withMuteRedis(place, 'process.exit()'));
    const pids = await untilItWaits(up, place);
    up.child.kill('SIGINT');
    expect(await up.ended).toBe(0);
    expect(up.output()).toMatch(/Stopping \(Ctrl-C again to force\)[^]*Stopped before it was up\./);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(existsSync(join(place.stateDir, 'up.lock'))).toBe(false);
  });

  it('at the second Ctrl-C, when it takes long; what is left exits by itself', { timeout: 2 * MINUTE }, async () => {
    await using place = await openPlace();
    const told = join(place.stateDir, 'redis.told');
    // It ignores the first SIGTERM, which is keel's. The second one is its guard's.
    const onTerm = `require('node:fs').existsSync('${told}') ? process.exit() : writeFileSync('${told}', '');`;
    await using up = startKeel(['up'], await withMuteRedis(place, onTerm));
    const pids = await untilItWaits(up, place);
    up.child.kill('SIGINT');
    await expect.poll(() => existsSync(told)).toBe(true);
    const again = setInterval(() => up.child.kill('SIGINT'), 100);
    expect(await up.ended.finally(() => clearInterval(again))).toBe(1);
    expect(up.output()).toMatch(/Stopping \(Ctrl-C again[^]*killing everything\n$/);
    await untilGone(pids);
    // As the next start does.
    const { socket } = await place.state();
    expect(await takeLock(place.stateDir)).toMatchObject({ wasStale: true });
    await clearLeftovers(ROOT, place.stateDir, {});
    expect(existsSync(socket)).toBe(false);
  });
});

describe('keel up refuses', () => {
  it('a configuration with mistakes, and names them all with file, line and variable', async () => {
    await using place = await openPlace();
    const envFile = join(place.stateDir, '.env');
    await writeFile(envFile, '# mine\nLOG_LEVEL=loud\nDRAIN_TIMEOUT_MS=soon\nTOKEN_ISSUER=nowhere\n');
    const { code, output } = await keel(['up'], { ...place.env, ENV_FILE: envFile });
    expect(code).toBe(1);
    expect(output).toMatch(/\.env:2: LOG_LEVEL: /);
    expect(output).toMatch(/\.env:3: DRAIN_TIMEOUT_MS: /);
    expect(output).toMatch(/\.env:4: TOKEN_ISSUER: /);
    expect(output).not.toMatch(/^ +at /m);
  });

  it('ports that are taken, and names each with its holder and the offset to use', async () => {
    await using place = await openPlace();
    const ports = [entry, onPostgres].map((name) => place.portOf(name));
    await Promise.all(ports.map(occupy));
    const { code, output } = await keel(['up'], place.env);
    expect(code).toBe(1);
    for (const port of ports)
      expect(output).toMatch(new RegExp(`${port} \\(.+\\) is held by process ${process.pid}: `));
    expect(output).toMatch(/PORT_OFFSET=\d+ \.\/keel up/);
  });

  it('a service that does not start, with what the service itself said', { timeout: MINUTE }, async () => {
    await using place = await openPlace();
    // An address of a network for documentation (RFC 5737): nobody has it.
    const { code, output } = await keel(['up'], { ...place.env, HOST: '192.0.2.1' });
    expect(code).toBe(1);
    expect(output).toMatch(new RegExp(`(${onPostgres}|${onRedis}) did not start`));
    expect(output).toContain('EADDRNOTAVAIL');
    expect(output).toMatch(new RegExp(`Not started because of that: .*${entry}`));
    expect(output).not.toMatch(/tools\/keel\/src/);
  });
});
