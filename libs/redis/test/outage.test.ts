import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '@evenkeel/errors';
import { createLogger } from '@evenkeel/telemetry';
import { privateRedis, type PrivateRedis } from '@evenkeel/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { closeRedis, createRedis, createRedisCheck, type Redis } from '../src/index.ts';

let server: PrivateRedis;
let client: Redis;
let lines: string[];

function connect(password = server.password, log = lines): Redis {
  const logger = createLogger('test', 'info', { write: (line) => void log.push(line) });
  return createRedis({ url: server.url, password, logger, name: 'outage-test' });
}

beforeEach(async () => {
  lines = [];
  server = await privateRedis(process.env);
  client = connect();
  await client.ping();
});

afterEach(async () => {
  server.resume();
  await closeRedis(client);
  await server.close();
});

/** Fails unless the command is refused as `unavailable`. */
async function refused(command: Promise<unknown>): Promise<AppError> {
  const outcome = await command.then(
    (value) => value,
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(AppError);
  expect((outcome as AppError).code).toBe('unavailable');
  return outcome as AppError;
}

/** What a client logged: each line tells something new. On a machine that stalls Redis may be away once more than we know. */
function toldOnce(log: readonly string[]): string[] {
  const told = log.map((line) => {
    const { msg, reason = '' } = JSON.parse(line) as { msg: string; reason?: string };
    return `${msg} ${reason}`;
  });
  expect(told.filter((each, index) => each === told[index - 1])).toEqual([]);
  return told;
}

async function answersAgain(): Promise<void> {
  while ((await client.ping().catch(() => undefined)) !== 'PONG') await sleep(20);
}

it('keeps what a command carried, and the password above all, out of errors: they go to logs', async () => {
  const stranger = connect('not the password');
  const { cause } = await refused(stranger.get('a'));
  await closeRedis(stranger);
  await client.set('a', 'text');
  const ours: unknown = await client.lpush('a', 'carried').catch((error: unknown) => error);
  for (const error of [cause, ours]) {
    expect(error).toMatchObject({ message: expect.stringMatching(/^WRONG/), command: { name: expect.any(String) } });
    expect(JSON.stringify(error)).not.toMatch(/not the password|carried/);
  }
});

it('refuses every command while Redis is paused, also those in a transaction, and goes on when it is running again', async () => {
  server.pause();
  const all = Promise.all([
    refused(client.get('a')),
    refused(client.get('b')),
    refused(client.multi().incr('c').pttl('c').exec()),
    refused(createRedisCheck(client, { required: true }).check()),
  ]);
  // Ten times what is promised, and a timer beside theirs: also where the machine stalls, the one that is due first rings
  // first. Only a limit that is not kept comes after it.
  expect(await Promise.race([all, sleep(10_000, 'too late', { ref: false })])).not.toBe('too late');
  await refused(client.get('a'));
  server.resume();
  await answersAgain();
  expect(await client.set('a', '1')).toBe('OK');
});

it('refuses commands while Redis is down and continues with the next one on that port', async () => {
  await server.kill();
  await refused(client.get('a'));
  await sleep(100);
  await refused(client.get('a'));
  await server.start();
  await answersAgain();
  expect(toldOnce(lines)).toContainEqual(expect.stringContaining('redis is back'));
});

it('does not carry out later what it refused while there was no connection', async () => {
  await server.kill();
  await refused(client.get('noticed'));
  const write = refused(client.set('late', '1'));
  await server.start();
  await write;
  await answersAgain();
  expect(await client.get('late')).toBeNull();
});

it('runs its scripts after Redis has lost them', async () => {
  client.defineCommand('double', { numberOfKeys: 0, lua: 'return tonumber(ARGV[1]) * 2' });
  const double = (n: number) => (client as Redis & { double(n: number): Promise<number> }).double(n);
  expect(await double(2)).toBe(4);
  await client.script('FLUSH');
  expect(await double(4)).toBe(8);
});

it('passes a mistake of the caller through', async () => {
  await client.set('text', 'x');
  await expect(client.incr('text')).rejects.toThrow('not an integer');
  await expect(client.incr('text')).rejects.not.toBeInstanceOf(AppError);
});

it('is unavailable, with one log line, for as long as the password is wrong', async () => {
  const log: string[] = [];
  const wrong = connect('wrong', log);
  let attempts = 0;
  wrong.on('error', () => attempts++);
  await refused(wrong.ping());
  await expect.poll(() => attempts).toBeGreaterThan(3);
  await refused(wrong.ping());
  expect(toldOnce(log)).toContainEqual(expect.stringContaining('WRONGPASS'));
  expect(log.join('')).not.toContain('wrong"');
  await client.config('SET', 'requirepass', 'wrong');
  while ((await wrong.ping().catch(() => undefined)) !== 'PONG') await sleep(20);
  await closeRedis(wrong);
});

it('closes without a connection, and looks for none any more', async () => {
  await server.kill();
  await refused(client.get('noticed'));
  await closeRedis(client);
  await server.start();
  await sleep(600);
  const observer = connect();
  expect(
    String(await observer.client('LIST'))
      .trim()
      .split('\n'),
  ).toHaveLength(1);
  await closeRedis(observer);
});
