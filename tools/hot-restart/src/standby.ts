import type { ServiceProcess } from './service-process.ts';

/** Keeps one prepared process in reserve. */
export class Standby {
  readonly #spawn: () => ServiceProcess;
  readonly #enabled: boolean;
  #process: ServiceProcess | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(enabled: boolean, spawn: () => ServiceProcess) {
    this.#enabled = enabled;
    this.#spawn = spawn;
  }

  /** Starts one after a delay in ms, so that it does not compete with what has just become live. */
  fill(delayMs: number): void {
    clearTimeout(this.#timer);
    if (!this.#enabled || this.#process?.alive) return;
    this.#timer = setTimeout(() => {
      this.#process = this.#spawn();
    }, delayMs);
  }

  /** The prepared process, or a fresh one. */
  take(): ServiceProcess {
    clearTimeout(this.#timer);
    const ready = this.#process;
    this.#process = undefined;
    return ready?.alive ? ready : this.#spawn();
  }

  discard(): void {
    clearTimeout(this.#timer);
    this.#process?.signal('SIGKILL');
    this.#process = undefined;
  }
}
