import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FakeWorker } from '../../test/fake-worker.ts';
import { DebugSession } from './debug-session.ts';
import { LiveService } from './live-service.ts';
import { LoadedCode } from '../decide/loaded-code.ts';
import { Report } from '../report.ts';
import { ServiceChild } from './service-child.ts';
import { Standby } from './standby.ts';

let workers: FakeWorker[];
let lines: string[];
let service: LiveService;
/** What the next process is to be silent about. */
let silent: ConstructorParameters<typeof FakeWorker>[0];

beforeEach(() => {
  workers = [];
  lines = [];
  silent = [];
  const spawn = () => {
    const fake = new FakeWorker(silent);
    workers.push(fake);
    const events = { onLoaded: () => undefined, onConnection: () => undefined };
    const process: ServiceChild = new ServiceChild(fake.worker, {
      ...events,
      onSignal: (signal) => service.signalled(process, signal),
      onExit: (code) => service.exited(process, code),
    });
    process.prepare(undefined, [], false);
    return process;
  };
  service = new LiveService({
    settings: { readyMs: 10_000, drainMs: 1000 },
    standby: new Standby(false, spawn),
    code: new LoadedCode(),
    debug: new DebugSession({ host: '127.0.0.1', port: 1 }, (line) => lines.push(line)),
    report: new Report({ print: (line) => lines.push(line), notify: () => undefined }, '/w'),
  });
});

afterEach(() => service.stop());

/** Has a change replace the live process, up to the import of the new code. Resolves to the new process. */
async function change(reason: string, toBeSilent: typeof silent = []): Promise<FakeWorker> {
  silent = toBeSilent;
  const { length } = workers;
  void service.replace({ reason, since: Date.now() });
  return activated(length);
}

/** The first start, with success. */
async function start(toBeSilent: typeof silent = []): Promise<FakeWorker> {
  const first = await change('first', toBeSilent);
  first.say('ready');
  await expect.poll(told).toEqual(['first: live']);
  return first;
}

async function activated(index: number): Promise<FakeWorker> {
  await expect.poll(() => workers[index]?.received.includes('activate')).toBe(true);
  return workers[index] as FakeWorker;
}

function told(): string[] {
  return lines.map((line) => line.replace(/ in \d+ ms/g, ''));
}

it('finishes one take-over after the other, though a save comes before the first is over', async () => {
  const first = await start(['yield']);
  const second = await change('second');
  second.say('ready');
  await expect.poll(() => first.received.includes('yield')).toBe(true);
  const third = await change('third');
  third.say('ready');
  await expect.poll(() => second.received.includes('yield')).toBe(true);
  await sleep(50);
  // The port of the inspector is the first's until it has yielded.
  expect(third.received).not.toContain('open-inspector');
  expect(told()).toEqual(['first: live']);

  first.say('yielded');
  await expect.poll(() => third.received.includes('open-inspector')).toBe(true);
  expect(told()).toEqual(['first: live', 'second: live', 'third: live']);
  const end = ['yield', 'close-inspector', 'SIGTERM'];
  expect(first.received.slice(-3)).toEqual(end);
  expect(second.received).toEqual(['prepare', 'activate', 'yield', 'live', 'close-inspector', 'SIGTERM']);
  expect(third.received).toEqual(['prepare', 'activate', 'live', 'open-inspector']);
});

it('starts a service again that crashed while new code was made ready, which then failed', async () => {
  const first = await start();
  const second = await change('second');
  first.end(3);
  second.end(1);
  const third = await activated(2);
  third.say('ready');
  await expect.poll(() => told().at(-1)).toBe('started again: live');
});

it('starts a service again that crashed while it took over, until that succeeds', async () => {
  const first = await start(['yield']);
  const second = await change('second');
  second.say('ready');
  await expect.poll(() => first.received).toContain('yield');
  second.end(3);
  first.say('yielded');
  const third = await activated(2);
  third.end(1);
  const fourth = await activated(3);
  fourth.say('ready');
  await expect.poll(() => told().at(-1)).toBe('started again: live');
  expect(told()).not.toContain('second: live');
});

it('goes on with a change though the live process crashes before anything runs the new code', async () => {
  const first = await start();
  silent = ['prepare'];
  void service.replace({ reason: 'second', since: Date.now() });
  await expect.poll(() => workers.length).toBe(2);
  first.end(3);
  await sleep(50);
  workers[1]?.say('prepared');
  const second = await activated(1);
  second.say('ready');
  await expect.poll(() => told().at(-1)).toBe('second: live');
  expect(workers.length).toBe(2);
});

it('replaces the live process that is asked to terminate, once, and then lets it end', async () => {
  const first = await start(['yield']);
  first.say('signalled');
  const second = await activated(1);
  first.say('signalled');
  second.say('ready');
  await expect.poll(() => first.received.includes('yield')).toBe(true);
  first.say('signalled');
  expect(first.received).not.toContain('end');
  first.say('yielded');
  await expect.poll(() => told().at(-1)).toBe('process 0 received SIGTERM: live');
  expect(first.received.at(-1)).toBe('SIGTERM');
  expect(workers.length).toBe(2);
});

it('replaces nothing that is asked to terminate when the service is stopped', async () => {
  const first = await start();
  first.say('signalled');
  await service.stop();
  first.say('signalled');
  await sleep(50);
  expect(workers.flatMap((worker) => worker.received)).not.toContain('yield');
  expect(told()).toEqual(['first: live']);
});

it('opens the inspector of new code before which the live process crashed', async () => {
  const first = await start();
  const second = await change('second');
  first.end(3);
  second.say('ready');
  await expect.poll(() => second.received).toContain('open-inspector');
});

it('lets every process end when it is stopped during a take-over', async () => {
  const first = await start(['yield']);
  const second = await change('second');
  second.say('ready');
  await expect.poll(() => first.received.includes('yield')).toBe(true);
  await service.stop();
  expect(first.received).toContain('SIGTERM');
  expect(second.received).toContain('SIGTERM');
});
