import { EventEmitter, once } from 'node:events';
import { AppError } from '@evenkeel/errors';
import { createLogger } from '@evenkeel/telemetry';
import { serveOnFreePort } from '@evenkeel/testing';
import { expect, it } from 'vitest';
import { createApiApp } from './app.ts';
import { endpoint } from './endpoint.ts';

const logged: string[] = [];
const logger = createLogger('test', 'warn', { write: (line) => void logged.push(line) });

it('signals a handler that its caller has disconnected, which is not a failure of a dependency', async () => {
  const events = new EventEmitter();
  const gone = once(events, 'gone');
  const slow = endpoint(
    { method: 'get', path: '/slow', summary: 'Wait', responses: { 200: null } },
    async ({ signal }) => {
      events.emit('begun');
      await once(signal, 'abort');
      events.emit('gone', signal.reason);
      throw signal.reason;
    },
  );
  await using served = await serveOnFreePort(createApiApp([slow], logger));
  const leaving = new AbortController();
  const begun = once(events, 'begun');
  const request = fetch(`${served.url}/slow`, { signal: leaving.signal });
  await begun;
  leaving.abort();
  await expect(request).rejects.toThrow();
  const [reason] = (await gone) as [unknown];
  expect(reason).toBeInstanceOf(AppError);
  // The handler's rejection passes the error handler before this.
  await new Promise(setImmediate);
  expect(logged).toEqual([]);
});

it('is silent about a caller who got the whole response', async () => {
  let signal: AbortSignal | undefined;
  const quick = endpoint({ method: 'get', path: '/quick', summary: 'Answer', responses: { 204: null } }, (call) => {
    signal = call.signal;
    return Promise.resolve({ status: 204 });
  });
  await using served = await serveOnFreePort(createApiApp([quick], logger));
  expect((await fetch(`${served.url}/quick`)).status).toBe(204);
  await served.close();
  expect(signal?.aborted).toBe(false);
});
