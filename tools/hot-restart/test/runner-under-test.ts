import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '@evenkeel/local-stores';
import type { RunnerCommand, RunnerEvent } from '../src/index.ts';

type ReadyEvent = Extract<RunnerEvent, { type: 'ready' }>;

/** What has not happened on a busy machine by then never will. */
const WAIT_MS = 60_000;

/** A runner as a real process, started as keel does. */
export interface RunnerUnderTest extends AsyncDisposable {
  process: ChildProcess;
  port: number;
  url: string;
  events: RunnerEvent[];
  /** All that it and the service have printed. */
  output(): string;
  tell(command: RunnerCommand): void;
  /** The nth time that new code became live, from 0. */
  ready(n: number): Promise<ReadyEvent>;
  until(what: string, condition: () => boolean | Promise<boolean>): Promise<void>;
  /** Resolves when the service has begun to answer a request for `/slow` and has not finished. */
  answersSlowly(): Promise<void>;
  /** What the service answers to GET on a new connection. */
  get(path?: string): Promise<string>;
}

export async function startRunner(entry: string, env: Record<string, string> = {}): Promise<RunnerUnderTest> {
  const port = await findFreePort();
  const runner = fork(join(import.meta.dirname, '../src/main.ts'), [entry, 'argument'], {
    execPath: process.execPath,
    execArgv: [],
    // A group of its own, which a signal can be sent to as a whole.
    detached: true,
    env: { ...process.env, NODE_OPTIONS: '', PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  runner.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  runner.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const events: RunnerEvent[] = [];
  runner.on('message', (event: RunnerEvent) => events.push(event));
  const readyEvents = () => events.filter((event) => event.type === 'ready');
  const until: RunnerUnderTest['until'] = async (what, condition) => {
    for (const end = Date.now() + WAIT_MS; Date.now() < end; await sleep(5)) if (await condition()) return;
    throw new Error(`${what}: did not happen within ${WAIT_MS} ms. The output was:\n${output}`);
  };
  const url = `http://127.0.0.1:${port}`;
  const get: RunnerUnderTest['get'] = async (path = '/') => {
    const response = await fetch(url + path, { headers: { connection: 'close' } });
    return response.text();
  };
  return {
    process: runner,
    port,
    url,
    events,
    output: () => output,
    tell: (command) => runner.send(command),
    until,
    async ready(n) {
      await until(`start ${n}`, () => readyEvents().length > n);
      return readyEvents()[n] as ReadyEvent;
    },
    get,
    answersSlowly: () => until('a slow answer', async () => !(await get('/state')).includes('"slow":0')),
    async [Symbol.asyncDispose]() {
      if (runner.exitCode !== null || runner.signalCode !== null) return;
      const killer = setTimeout(() => runner.kill('SIGKILL'), 8000);
      runner.kill('SIGTERM');
      await once(runner, 'exit');
      clearTimeout(killer);
    },
  };
}
