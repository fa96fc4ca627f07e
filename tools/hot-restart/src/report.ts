import type { RunnerEvent } from './index.ts';
import { failedLine, liveLine, type Cause } from './lines.ts';

export interface ReportIo {
  print(line: string): void;
  notify(event: RunnerEvent): void;
}

/** Tells the person at the terminal and the parent process what has happened. */
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
    this.#io.print(liveLine(cause, ms, this.#workspace));
    this.#io.notify({ type: 'ready', pid, restarts, ms });
  }

  failed(cause: Cause, message: string, isServing: boolean): void {
    this.#io.print(failedLine(cause, message, this.#workspace, isServing));
    this.#io.notify({ type: 'failed', message });
  }

  crashed(code: number, waitMs: number): void {
    const when = waitMs === 0 ? 'at once' : `in ${waitMs} ms`;
    this.#io.print(`the service ended by itself with code ${code}; it is started again ${when}`);
  }

  stopped(code: number): void {
    this.#io.notify({ type: 'stopped', code });
  }
}
