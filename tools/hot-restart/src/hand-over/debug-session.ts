import { isPaused } from './paused.ts';
import type { ServiceChild } from './service-child.ts';
import type { Settings } from '../settings.ts';

/** An answer takes a millisecond or two, and has been asked for when the burst of changes began. */
const PING_LIMIT_MS = 150;
const CLOSE_LIMIT_MS = 1000;

/** Keeps the inspector at its port across restarts, and a change waiting while the process is paused in a debugger. */
export class DebugSession {
  readonly #address: Settings['debug'];
  readonly #print: (line: string) => void;
  #pong: Promise<boolean> | undefined;
  /** The last process that was to open its inspector. */
  #opener: ServiceChild | undefined;

  constructor(address: Settings['debug'], print: (line: string) => void) {
    this.#address = address;
    this.#print = print;
  }

  /** Asks for a sign of life, for which `awaitPong` will wait. Without a debug port nothing is asked. */
  ping(process: ServiceChild | undefined): void {
    this.#pong = this.#address && process?.ping();
  }

  async awaitPong(process: ServiceChild): Promise<void> {
    await this.patiently(process, this.#pong, PING_LIMIT_MS);
  }

  /**
   * Waits for an answer of the live process, at most `limitMs`. But one that is paused in a debugger is waited for, since
   * to replace it would end the session.
   */
  async patiently(process: ServiceChild, answer: Promise<boolean> | undefined, limitMs: number): Promise<void> {
    if (answer === undefined) return;
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), limitMs)));
    const answered = await Promise.race([answer, limit]);
    clearTimeout(timer);
    if (answered || this.#address === undefined || !(await isPaused(process.pid))) return;
    this.#print('the service is paused in a debugger; the change waits until it resumes');
    await answer;
  }

  openInspector(process: ServiceChild): void {
    if (this.#address === undefined || process === this.#opener) return;
    this.#opener = process;
    process.tell({ hotRestart: 'open-inspector', ...this.#address });
  }

  /** Before a process ends: with a debugger attached it would wait for that to go. */
  async closeInspector(process: ServiceChild): Promise<void> {
    if (this.#address !== undefined) await process.closeInspector(CLOSE_LIMIT_MS);
  }
}
