import { statSync } from 'node:fs';

/** So many looks see each file once that is looked at seldom. */
const ROUND = 8;

/** Looks at files' times and sizes now and then: for network shares and mounts that report no changes. */
export class Poll {
  readonly #files: () => string[];
  readonly #onChange: (path: string) => void;
  #seen = new Map<string, string | undefined>();
  #seldom = new Map<string, string | undefined>();
  /** The files of a round that are still to be looked at. */
  #left: string[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** `files`: what is looked at each time; that one comes or goes is a change too. */
  constructor(files: () => string[], onChange: (path: string) => void) {
    this.#files = files;
    this.#onChange = onChange;
  }

  start(everyMs: number): void {
    this.#seen = this.#look();
    this.#timer = setInterval(() => this.check(), everyMs);
  }

  /**
   * Files of which a part is looked at each time: a service has thousands of third-party modules, which hardly ever change
   * without a manifest that does. Those that are new in this list count as unchanged now.
   */
  addSeldom(files: string[]): void {
    const before = this.#seldom;
    this.#seldom = new Map(files.map((path) => [path, before.has(path) ? before.get(path) : stateOf(path)]));
  }

  check(): void {
    const before = this.#seen;
    this.#seen = this.#look();
    for (const [path, state] of this.#seen) if (before.get(path) !== state) this.#onChange(path);
    for (const path of before.keys()) if (!this.#seen.has(path)) this.#onChange(path);
    this.#lookAtPart();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): Map<string, string | undefined> {
    const states = this.#files().map((path) => [path, stateOf(path)] as const);
    return new Map(states.filter(([, state]) => state !== undefined));
  }

  #lookAtPart(): void {
    if (this.#left.length === 0) this.#left = [...this.#seldom.keys()];
    for (const path of this.#left.splice(0, Math.ceil(this.#seldom.size / ROUND))) {
      const state = stateOf(path);
      if (!this.#seldom.has(path) || this.#seldom.get(path) === state) continue;
      this.#seldom.set(path, state);
      this.#onChange(path);
    }
  }
}

/** Undefined when there is no such file. */
function stateOf(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat && `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
}
