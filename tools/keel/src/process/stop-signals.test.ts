import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { listenForStop } from './stop-signals.ts';

function listen() {
  const source = new EventEmitter();
  let time = 0;
  let forced = 0;
  const stop = listenForStop(
    source as NodeJS.Process,
    () => (forced += 1),
    () => time,
  );
  return { source, stop, forced: () => forced, at: (ms: number) => (time = ms) };
}

it('takes the same Ctrl-C twice for one, and a second one for force', () => {
  const { source, stop, forced, at } = listen();
  source.emit('SIGINT', 'SIGINT');
  expect(stop.first.aborted).toBe(true);
  at(400);
  source.emit('SIGINT', 'SIGINT');
  expect(forced()).toBe(0);
  at(600);
  source.emit('SIGINT', 'SIGINT');
  expect(forced()).toBe(1);
});

it('never forces by request, nor by SIGTERM', () => {
  const { source, stop, forced, at } = listen();
  stop.request();
  at(1_000);
  stop.request();
  source.emit('SIGTERM', 'SIGTERM');
  expect(stop.first.aborted).toBe(true);
  expect(forced()).toBe(0);
});

it('leaves nothing behind', () => {
  const { source, stop } = listen();
  stop.dispose();
  expect(['SIGINT', 'SIGTERM', 'SIGHUP'].map((name) => source.listenerCount(name))).toEqual([0, 0, 0]);
});
