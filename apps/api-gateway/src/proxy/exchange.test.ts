import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Dispatcher } from 'undici';
import { expect, it } from 'vitest';
import { AnswerTimeout, exchange } from './exchange.ts';
import { RequestBody } from './request-body.ts';

/** An upstream that never responds. */
class Silence extends Dispatcher {
  override dispatch(): boolean {
    return true;
  }
}

const LIMIT_MS = 20;

function ask({ body, idleMs = 600_000 }: { body?: RequestBody; idleMs?: number } = {}): Promise<unknown> {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  const options = { request, response, body, limitMs: LIMIT_MS, idleMs, observer: undefined };
  return exchange(new Silence(), { method: 'POST', path: '/' }, options).catch((reason: unknown) => reason);
}

it('times out when the response has not begun in time', async () => {
  expect(await ask()).toBeInstanceOf(AnswerTimeout);
});

it('does not count the time that the client takes to send its body', async () => {
  const body = new RequestBody(1_000);
  let ended = false;
  const outcome = ask({ body }).finally(() => (ended = true));
  for (let part = 0; part < 5; part++) {
    body.write('part');
    await sleep(2 * LIMIT_MS);
  }
  expect(ended).toBe(false);
  body.end();
  expect(await outcome).toBeInstanceOf(AnswerTimeout);
});

it('times out when the client stops in the middle of its body', async () => {
  const body = new RequestBody(1_000);
  body.write('part');
  expect(await ask({ body, idleMs: 10 })).toMatchObject({ code: 'request_timeout' });
});
