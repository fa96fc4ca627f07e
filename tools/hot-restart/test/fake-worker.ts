import type { Worker } from 'node:cluster';
import { EventEmitter } from 'node:events';
import type { FromChild, ToChild } from '../src/messages.ts';

type Answer = FromChild['hotRestart'] | 'ready';

/** What a process of the service answers at once when nothing else is asked of it. */
const ANSWERS: Partial<Record<ToChild['hotRestart'], Answer>> = {
  prepare: 'prepared',
  ping: 'pong',
  yield: 'yielded',
  'close-inspector': 'inspector-closed',
};

/** A process that does nothing: says what it is told to say, and records what it was sent, signals included. */
export class FakeWorker extends EventEmitter {
  readonly received: string[] = [];
  /** Messages that it does not answer by itself. */
  readonly #silent: ReadonlySet<ToChild['hotRestart']>;
  /** No process has this id, so that it does not look like one that is paused. */
  readonly process = {
    pid: 0,
    send: (message: ToChild) => this.#receive(message),
    kill: (signal: string) => this.#kill(signal),
  };

  constructor(silent: ToChild['hotRestart'][] = []) {
    super();
    this.#silent = new Set(silent);
  }

  get worker(): Worker {
    return this as unknown as Worker;
  }

  isConnected(): boolean {
    return true;
  }

  say(answer: Answer): void {
    const signal = answer === 'signalled' ? { signal: 'SIGTERM' } : {};
    this.emit('message', answer === 'ready' ? answer : { hotRestart: answer, ...signal });
  }

  end(code: number): void {
    this.emit('exit', code, null);
  }

  #receive(message: ToChild): void {
    this.received.push(message.hotRestart);
    const answer = ANSWERS[message.hotRestart];
    if (answer !== undefined && !this.#silent.has(message.hotRestart)) queueMicrotask(() => this.say(answer));
  }

  #kill(signal: string): void {
    this.received.push(signal);
    if (signal === 'SIGTERM') queueMicrotask(() => this.end(0));
  }
}
