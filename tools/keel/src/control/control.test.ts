import { expect, it, onTestFinished } from 'vitest';
import { askRestart } from './control-client.ts';
import { openControlServer, type ControlActions } from './control-server.ts';

async function serverThat(restart: ControlActions['restart']) {
  const server = await openControlServer({ restart, down: () => {} });
  onTestFinished(() => server.close());
  return (...services: string[]) => {
    const events: string[] = [];
    const note = ({ event, service }: { event: string; service?: string }) => events.push(`${event} ${service}`);
    return askRestart(server.socket, { services, reason: 'asked for' }, note).then((outcome) => ({ outcome, events }));
  };
}

it('reports each step of a restart, and how it went', async () => {
  const ask = await serverThat((services, reason, onEvent) => {
    onEvent({ type: 'ready', service: services.join(), ms: 3 });
    return Promise.resolve({
      ok: false,
      done: ['a'],
      failed: [{ service: 'b', error: new Error(reason) }],
      untouched: [],
    });
  });
  expect(await ask('a', 'b')).toEqual({
    events: ['ready a,b'],
    outcome: { ok: false, done: ['a'], failed: [{ service: 'b', message: 'asked for' }], untouched: [] },
  });
});

it('tells why a restart is refused, and goes on', async () => {
  let isUp = false;
  const ask = await serverThat(async () => {
    if (!isUp) throw new Error('the stack is still starting');
    return { ok: true, done: [], failed: [], untouched: [] };
  });
  await expect(ask('a')).rejects.toThrow(/^The restart failed: the stack is still starting$/);
  isUp = true;
  expect(await ask('a')).toMatchObject({ outcome: { ok: true } });
});
