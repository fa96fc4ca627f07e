import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createFixture } from './fixture.ts';
import { isThere } from './processes.ts';
import { startRunner } from './runner-under-test.ts';

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  // An answer that does not come is what a test looks at.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Sends one request on a connection and resolves to the answer, head and body. */
async function ask(socket: Socket, path: string): Promise<string> {
  let answer = '';
  const onData = (chunk: string) => (answer += chunk);
  socket.on('data', onData);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: test\r\n\r\n`);
  for (const end = Date.now() + 20_000; !isWhole(answer) && Date.now() < end;) await sleep(2);
  socket.off('data', onData);
  return answer;
}

function isWhole(answer: string): boolean {
  const [head, body] = answer.split('\r\n\r\n');
  const length = /content-length: (\d+)/i.exec(head ?? '')?.[1];
  return length === undefined ? answer.endsWith('0\r\n\r\n') : (body?.length ?? 0) >= Number(length);
}

it('hands an idle kept connection to the new process without closing it', async () => {
  await using fixture = await createFixture();
  await using runner = await startRunner(fixture.entry);
  await runner.ready(0);
  const kept = await open(runner.port);
  for (const text of ['one', 'two', 'three']) {
    if (text !== 'one') await fixture.say(text);
    await runner.ready(['one', 'two', 'three'].indexOf(text));
    expect(await ask(kept, '/')).toContain(text);
  }
  expect(kept.destroyed).toBe(false);
  kept.destroy();
});

it('hands over a connection that has not sent anything yet', async () => {
  await using fixture = await createFixture();
  await using runner = await startRunner(fixture.entry);
  await runner.ready(0);
  const silent = await Promise.all(Array.from({ length: 8 }, () => open(runner.port)));
  await fixture.say('two');
  await runner.ready(1);
  for (const socket of silent) {
    expect(await ask(socket, '/')).toMatch(/two$/);
    socket.destroy();
  }
});

it('hands over every connection of a rush that lasts until the old process has ended', async () => {
  await using fixture = await createFixture();
  await using runner = await startRunner(fixture.entry);
  await runner.ready(0);
  const old = JSON.parse(await runner.get('/state')) as { pid: number };
  const rush: Promise<string>[] = [];
  // Idle for a moment, in which it may be handed over, and not for so long that a server may close it.
  const askLater = async (socket: Socket) => {
    await sleep(300);
    const answer = await ask(socket, '/');
    socket.destroy();
    return answer;
  };
  await fixture.say('two');
  while (isThere(old.pid)) {
    const opened = await Promise.all(Array.from({ length: 4 }, () => open(runner.port)));
    rush.push(...opened.map(askLater));
    await sleep(2);
  }
  const answers = await Promise.all(rush);
  expect(answers.length).toBeGreaterThan(10);
  expect(answers.at(-1)).toMatch(/two$/);
  expect(answers.filter((answer) => !/(one|two)$/.test(answer))).toEqual([]);
});

it('finishes in the old process what was in flight, and hands the connection over then', async () => {
  await using fixture = await createFixture();
  await using runner = await startRunner(fixture.entry);
  const old = await runner.ready(0);
  const busy = await open(runner.port);
  const streaming = await open(runner.port);
  const answer = ask(busy, '/slow?ms=2500');
  const stream = ask(streaming, '/stream?ticks=50');
  await runner.answersSlowly();
  await fixture.say('two');
  const next = await runner.ready(1);
  expect(await runner.get()).toBe('two');
  expect(await answer).toMatch(/one$/);
  expect(await stream).toContain('one');
  expect(old.pid).not.toBe(next.pid);
  // Its head had been sent, so it could not say `Connection: close`.
  expect(await ask(streaming, '/')).toMatch(/two$/);
  streaming.destroy();
  busy.destroy();
});

it('cuts a stream that outlasts the drain limit', async () => {
  await using fixture = await createFixture();
  await using runner = await startRunner(fixture.entry, { HOT_RESTART_DRAIN_MS: '300' });
  const old = await runner.ready(0);
  const response = await fetch(`${runner.url}/stream?ticks=1000`);
  await fixture.say('two');
  await runner.ready(1);
  const live = Date.now();
  await expect(response.text()).rejects.toThrow();
  expect(Date.now() - live).toBeGreaterThanOrEqual(250);
  await runner.until('the old process ends', () => !isThere(old.pid));
});
