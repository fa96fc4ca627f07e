import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Dispatcher } from 'undici';
import { observeClientRequests } from '@evenkeel/telemetry';
import { expect, it } from 'vitest';
import { AnswerTimeout, Exchange } from './exchange.ts';
import { createWatchdog } from './watchdog.ts';
import { RequestBody } from './request-body.ts';

/** An upstream that never responds. */
class Silence extends Dispatcher {
  override dispatch(): boolean {
    return true;
  }
}

const LIMIT_MS = 20;

const beginRequest = observeClientRequests('http://127.0.0.1:1');
const PACE = { idleMs: 600_000, minRate: 0 };

function ask(body?: RequestBody, pace = PACE): Promise<unknown> {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  const parts = { request, response, body, observer: undefined, watchdog: createWatchdog(), beginRequest };
  const exchange = new Exchange({ ...parts, path: '/', headers: [], own: [], limitMs: LIMIT_MS, pace });
  return exchange.run(new Silence()).catch((reason: unknown) => reason);
}

it('times out when the response has not begun in time', async () => {
  expect(await ask()).toBeInstanceOf(AnswerTimeout);
});

it('does not count the time that the client takes to send its body', async () => {
  const body = new RequestBody(1_000, PACE);
  let ended = false;
  const outcome = ask(body).finally(() => (ended = true));
  for (let part = 0; part < 5; part++) {
    body.write('part');
    await sleep(2 * LIMIT_MS);
  }
  expect(ended).toBe(false);
  body.end();
  expect(await outcome).toBeInstanceOf(AnswerTimeout);
});

it.each([
  ['stops in the middle of its body', { idleMs: 10, minRate: 0 }],
  ['sends too little of it', { idleMs: 10, minRate: 100_000 }],
])('times out when the client %s', async (_what, pace) => {
  const body = new RequestBody(1_000, pace);
  const trickle = setInterval(() => void (pace.minRate > 0 && body.write('-')), 1);
  body.write('part');
  expect(await ask(body, pace)).toMatchObject({ code: 'request_timeout' });
  clearInterval(trickle);
});
