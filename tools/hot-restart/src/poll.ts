import { statSync } from 'node:fs';

/** Looks at files' times and sizes now and then: for network shares and mounts that report no changes. */
export class Poll {
  readonly #files: () => string[];
  readonly #onChange: (path: string) => void;
  #seen = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(files: () => string[], onChange: (path: string) => void) {
    this.#files = files;
    this.#onChange = onChange;
  }

  start(everyMs: number): void {
    this.#seen = this.#look();
    this.#timer = setInterval(() => this.check(), everyMs);
  }

  check(): void {
    const before = this.#seen;
    this.#seen = this.#look();
    for (const [path, state] of this.#seen) if (before.get(path) !== state) this.#onChange(path);
    for (const path of before.keys()) if (!this.#seen.has(path)) this.#onChange(path);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): Map<string, string> {
    const states = new Map<string, string>();
    for (const path of this.#files()) {
      const stat = statSync(path, { throwIfNoEntry: false });
      if (stat !== undefined) states.set(path, `${stat.mtimeMs} ${stat.size} ${stat.ino}`);
    }
    return states;
  }
}
