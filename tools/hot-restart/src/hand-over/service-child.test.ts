import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { FakeWorker } from '../../test/fake-worker.ts';
import { ServiceChild } from './service-child.ts';

function startedProcess() {
  const worker = new FakeWorker(['ping', 'close-inspector']);
  const signals: string[] = [];
  const events = {
    onLoaded: () => undefined,
    onConnection: () => undefined,
    onSignal: (signal: string) => signals.push(signal),
    onExit: () => undefined,
  };
  return { worker, signals, process: new ServiceChild(worker.worker, events) };
}

/** What a promise has become within a moment. */
function within(answer: Promise<boolean>): Promise<boolean | 'still waiting'> {
  return Promise.race([answer, sleep(50, 'still waiting' as const)]);
}

describe('an answer of a process', () => {
  it('settles everyone who waits for it, as when two saves ask one that is paused', async () => {
    const { worker, process } = startedProcess();
    const first = process.ping();
    const second = process.ping();
    expect(await within(first)).toBe('still waiting');
    worker.say('pong');
    expect(await within(first)).toBe(true);
    expect(await within(second)).toBe(true);
  });

  it('settles nobody who waits for another', async () => {
    const { worker, process } = startedProcess();
    const ping = process.ping();
    const live = process.activate(60_000);
    worker.say('ready');
    expect(await within(live)).toBe(true);
    expect(await within(ping)).toBe('still waiting');
  });

  it('is given up after the limit, while others go on waiting', async () => {
    const { worker, process } = startedProcess();
    const short = process.closeInspector(1);
    const long = process.closeInspector(60_000);
    expect(await short).toBe(false);
    expect(await within(long)).toBe('still waiting');
    worker.say('inspector-closed');
    expect(await within(long)).toBe(true);
  });

  it('is not waited for when the process ends, which is never ready then', async () => {
    const { worker, process } = startedProcess();
    const pings = [process.ping(), process.ping()];
    const live = process.activate(60_000);
    worker.end(1);
    for (const ping of pings) expect(await within(ping)).toBe(true);
    expect(await within(live)).toBe(false);
    expect(await within(process.ping())).toBe(true);
  });
});

it('gets the order to end when it asks what its signal means, but only if it is retired', () => {
  const { worker, process, signals } = startedProcess();
  worker.say('signalled');
  expect(worker.received).toEqual([]);
  expect(signals).toEqual(['SIGTERM']);
  void process.retire(60_000);
  worker.say('signalled');
  expect(worker.received).toEqual(['SIGTERM', 'end']);
  expect(signals.length).toBe(1);
});
