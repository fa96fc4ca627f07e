import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { askRestart } from './control-client.ts';
import { openControlServer, type Restart } from './control-server.ts';

async function serverThat(restart: Restart) {
  const server = await openControlServer(restart);
  onTestFinished(() => server.close());
  return (...services: string[]) => {
    const events: string[] = [];
    const note = (service: string) => events.push(`ready ${service}`);
    return askRestart(server.socket, { services, reason: 'asked for' }, note).then((outcome) => ({ outcome, events }));
  };
}

it('reports each service that is ready, and the outcome', async () => {
  const ask = await serverThat((services, reason, onReady) => {
    onReady(services.join(), 3);
    return Promise.resolve({
      ok: false,
      done: ['a'],
      failed: [{ service: 'b', message: reason }],
      untouched: [],
    });
  });
  expect(await ask('a', 'b')).toEqual({
    events: ['ready a,b'],
    outcome: { ok: false, done: ['a'], failed: [{ service: 'b', message: 'asked for' }], untouched: [] },
  });
});

it('says why a restart is refused, and accepts the next', async () => {
  let isUp = false;
  const ask = await serverThat(async () => {
    if (!isUp) throw new Error('the stack is still starting');
    return { ok: true, done: [], failed: [], untouched: [] };
  });
  await expect(ask('a')).rejects.toThrow(/^The restart failed: the stack is still starting$/);
  isUp = true;
  expect(await ask('a')).toMatchObject({ outcome: { ok: true } });
});

it('times out on a stack that is stopped or stuck, whose socket accepts the request and never responds', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keel-mute-'));
  const socket = join(folder, 'control');
  const mute = createServer();
  await new Promise<void>((resolve) => mute.listen(socket, resolve));
  onTestFinished(async () => {
    mute.close();
    await rm(folder, { recursive: true });
  });
  const refusal = /cannot be reached[^]*does not respond \(nothing within 0\.05 s\)[^]*fix: \.\/keel down/;
  await expect(askRestart(socket, { services: [], reason: '' }, () => {}, 50)).rejects.toThrow(refusal);
});
