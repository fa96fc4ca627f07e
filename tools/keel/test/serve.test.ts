import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { isAlive } from '@evenkeel/local-stores';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { findPart } from '../src/serve/served-part.ts';
import {
  keel,
  onPostgres,
  onRedis,
  openPlace,
  ROOT,
  startKeel,
  startProgram,
  type KeelProcess,
  type Place,
} from './keel-process.ts';

const MINUTE = 60_000;

function ask(url: string, headers: Record<string, string> = {}): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode, text }));
    }).on('error', reject);
  });
}

const admin = (place: Place, service: string) => `http://127.0.0.1:${place.portOf(service) + 1000}`;

describe('keel serve', { timeout: 3 * MINUTE }, () => {
  let place: Place;
  let stores: KeelProcess;
  let service: KeelProcess;

  beforeAll(async () => {
    place = await openPlace();
    stores = startKeel(['serve', 'stores'], place.env);
    await stores.untilPrinted(/Stores: PostgreSQL on port \d+, Redis on port \d+/);
    service = startKeel(['serve', onPostgres], place.env);
    await service.untilPrinted(/started: live in \d+ ms/);
  }, 3 * MINUTE);

  afterAll(async () => {
    await service[Symbol.asyncDispose]();
    await stores[Symbol.asyncDispose]();
    await place[Symbol.asyncDispose]();
  });

  it('runs a service beside stores that another process serves, and prints readable output', async () => {
    expect(await ask(`${admin(place, onPostgres)}/readyz`)).toMatchObject({ status: 200 });
    await expect.poll(service.output).toMatch(/^\d\d:\d\d:\d\d\.\d{3} INFO +ready port=\d+/m);
    expect(service.output()).not.toContain('{"level"');
  });

  it('is one process and its workers: what prepared the service has become its runner', async () => {
    const part = await findPart(place.stateDir, onPostgres);
    expect(part?.pid).toBe(service.child.pid);
  });

  it('tells each store alive by a file with its process id', async () => {
    for (const store of ['postgres', 'redis']) {
      const file = join(place.stateDir, `serve-${store}.pid`);
      const looked = spawn('sh', ['-c', 'kill -0 "$(cat "$1")"', 'sh', file]);
      expect(await new Promise((resolve) => looked.once('exit', resolve))).toBe(0);
    }
  });

  it('runs the reloader for the services that are there, which exits with its parent', async () => {
    const args = [join(ROOT, 'tools/keel/src/main.ts'), 'serve', 'config-reloader'];
    // A parent that can be killed without this process.
    const script = 'require("node:child_process").spawn(process.execPath, process.argv.slice(1), { stdio: "inherit" })';
    await using parent = startProgram(process.execPath, ['-e', script, ...args], { env: place.env });
    await parent.untilPrinted(new RegExp(`^[\\d:.]+ INFO +configuration applied .*${onPostgres}`, 'm'));
    const metrics = `http://127.0.0.1:${9102 + place.offset}/metrics`;
    expect((await ask(metrics)).text).toContain(`{service="${onPostgres}",outcome="applied"} 1`);
    parent.child.kill('SIGKILL');
    await expect.poll(() => ask(metrics).catch(() => undefined), { timeout: MINUTE }).toBeUndefined();
  });

  it('is restarted in place by keel restart, and says what cannot be', async () => {
    const before = await findPart(place.stateDir, onPostgres);
    const restart = await keel(['restart', onPostgres], place.env);
    expect(restart).toMatchObject({
      code: 0,
      output: expect.stringMatching(new RegExp(`${onPostgres} is ready \\(\\d+ ms\\)`)),
    });
    await service.untilPrinted(/asked for: live in \d+ ms/);
    expect(await findPart(place.stateDir, onPostgres)).toEqual(before);
    const more = await keel(['restart', onPostgres, onRedis], place.env);
    expect(more).toMatchObject({ code: 1, output: expect.stringMatching(new RegExp(`Not running: ${onRedis}`)) });
  });

  it('is not for keel down and keel up, which say who runs what', async () => {
    const down = await keel(['down'], place.env);
    expect(down).toMatchObject({
      code: 1,
      output: expect.stringMatching(new RegExp(`postgres, redis, ${onPostgres}: each by`)),
    });
    const up = await keel(['up'], place.env);
    expect(up).toMatchObject({ code: 1, output: expect.stringMatching(/is held by process \d+: /) });
  });

  it('asks all services for their health, and names the service and the check that is not well', async () => {
    await using checks = startKeel(['serve', 'checks', onPostgres, onRedis], place.env);
    await checks.untilPrinted(/Checks on (http:\S+)/);
    const [, url = ''] = /Checks on (http:\S+)/.exec(checks.output()) ?? [];
    const health = async () => {
      const { status, text } = await ask(`${url}/healthz`);
      return { status, ...(JSON.parse(text) as Record<string, string>) };
    };
    expect(await health()).toMatchObject({ status: 503, [onPostgres]: 'ok' });
    await stores[Symbol.asyncDispose]();
    await expect.poll(health).toMatchObject({ [onPostgres]: expect.stringMatching(/^degraded: postgres failed \(/) });
    expect(checks.output()).toMatch(new RegExp(`^${onRedis}: no response from port \\d+$`, 'm'));
    expect(checks.output()).toMatch(new RegExp(`^${onPostgres}: degraded: postgres failed`, 'm'));
    expect(await ask(`${url}/coverage/..%2fpackage.json`)).toMatchObject({ status: 404 });
    expect(await ask(`${url}//`)).toMatchObject({ status: 404 });
    expect(await ask(`${url}/coverage/`, { Host: 'attacker.example' })).toMatchObject({ status: 421 });
  });
});

describe('keel serve stops', { timeout: 3 * MINUTE }, () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('with its stores at %s, and forgets that they were ready', async (signal) => {
    await using place = await openPlace();
    await using redis = startKeel(['serve', 'redis'], place.env);
    await redis.untilPrinted(/Redis on port/);
    redis.child.kill(signal);
    expect(await redis.ended).toBe(0);
    expect(existsSync(join(place.stateDir, 'serve-redis.pid'))).toBe(false);
  });

  it('when its parent was killed, with all that it runs', async () => {
    await using place = await openPlace();
    const command = JSON.stringify([process.execPath, join(ROOT, 'tools/keel/src/main.ts'), 'serve', 'redis']);
    const script = `const [node, ...args] = ${command}; require('node:child_process').spawn(node, args, { stdio: 'inherit' });`;
    const parent = spawn(process.execPath, ['-e', script], { env: place.env, stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void parent.kill('SIGKILL'));
    let output = '';
    parent.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    await expect.poll(() => output).toMatch(/Redis on port/);
    parent.kill('SIGKILL');
    await expect.poll(() => existsSync(join(place.stateDir, 'serve-redis.pid'))).toBe(false);
    await expect.poll(() => output).toMatch(/Stopped\.\n$/);
  });

  it('when SIGTERM goes to its whole process group, without bringing the service back', async () => {
    await using place = await openPlace();
    await using stores = startKeel(['serve', 'postgres'], place.env);
    await stores.untilPrinted(/PostgreSQL on port/);
    const main = join(ROOT, 'tools/keel/src/main.ts');
    const service = spawn(process.execPath, [main, 'serve', onPostgres], {
      env: place.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    service.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    await expect.poll(() => output, { timeout: 2 * MINUTE }).toMatch(/live in \d+ ms/);
    const group = -(service.pid ?? 0);
    process.kill(group, 'SIGTERM');
    const code = await new Promise((resolve) => service.once('exit', resolve));
    expect(code).toBe(0);
    await expect.poll(() => isGroupEmpty(group)).toBe(true);
    expect(output.match(/live in/g)).toHaveLength(1);
    expect(output).not.toMatch(/restarting it/);
  });
});

describe('keel serve refuses', { timeout: 2 * MINUTE }, () => {
  it('what is no part of the stack', async () => {
    await using place = await openPlace();
    const { code, output } = await keel(['serve', onPostgres.slice(0, -1)], place.env);
    expect(code).toBe(2);
    expect(output).toContain(`There is no part "${onPostgres.slice(0, -1)}" to serve, did you mean "${onPostgres}"?`);
  });

  it('a port that is taken, and names its holder', async () => {
    await using place = await openPlace();
    const server = createServer();
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(place.portOf(onPostgres), '127.0.0.1', resolve));
    const { code, output } = await keel(['serve', onPostgres], place.env);
    expect(code).toBe(1);
    expect(output).toMatch(
      new RegExp(`${place.portOf(onPostgres)} \\(${onPostgres}\\) is held by process ${process.pid}`),
    );
  });

  it('to wait for a save where nobody is there to make one', async () => {
    await using place = await openPlace();
    await using redis = startKeel(['serve', 'redis'], place.env);
    await redis.untilPrinted(/Redis on port/);
    // An address of a network for documentation (RFC 5737): nobody has it.
    const env = { ...place.env, HOST: '192.0.2.1' };
    const { code, output } = await keel(['serve', onRedis, '--exit-on-failure'], env);
    expect(code).toBe(1);
    expect(output).toContain('EADDRNOTAVAIL');
  });
});

function isGroupEmpty(group: number): boolean {
  try {
    process.kill(group, 0);
    return false;
  } catch {
    return !isAlive(-group);
  }
}
