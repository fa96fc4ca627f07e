import { relative } from 'node:path';
import type { RunnerEvent } from './index.ts';

/** What started a start: files, or words. */
export type Cause = { files: string[]; since: number } | { reason: string; since: number };

/** What a program that runs a service wants to know about it. */
export interface ReportIo {
  print(line: string): void;
  notify(event: RunnerEvent): void;
}

/** Tells the user at the terminal and the parent process what has happened. */
export class Report {
  readonly #io: ReportIo;
  readonly #workspace: string;

  constructor(io: ReportIo, workspace: string) {
    this.#io = io;
    this.#workspace = workspace;
  }

  /** `to`: when the code was ready, in milliseconds since the epoch. `restarts`: how many there were before. */
  live(cause: Cause, to: number, pid: number, restarts: number): void {
    const ms = to - cause.since;
    this.#io.print(`${this.#describe(cause)}: live in ${Math.round(ms)} ms`);
    this.#io.notify({ type: 'ready', pid, restarts, ms });
  }

  failed(cause: Cause, message: string, isServing: boolean): void {
    const rest = isServing
      ? 'The previous version keeps serving.'
      : 'Nothing is serving; the next change starts it again.';
    this.#io.print(`${this.#describe(cause)}: the start failed: ${message}. ${rest}`);
    this.#io.notify({ type: 'failed', message });
  }

  crashed(code: number, waitMs: number): void {
    const when = waitMs === 0 ? 'at once' : `in ${waitMs} ms`;
    this.#io.print(`the service exited with code ${code}; restarting it ${when}`);
  }

  #describe(cause: Cause): string {
    if ('reason' in cause) return cause.reason;
    const [first = '', ...rest] = cause.files.map((file) => relative(this.#workspace, file)).sort();
    return rest.length === 0 ? `${first} changed` : `${first} and ${rest.length} more changed`;
  }
}
