import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Life } from './tally.ts';
import { askVersion } from './traffic.ts';
import { libFile, textFile, textModule } from './workspace-copy.ts';

export type EditKind = 'string' | 'lib' | 'burst';

/** The measured edits of one contender: each increments the version in the response. */
export class Edits {
  readonly lives: Life[] = [];
  readonly #folder: string;
  readonly #url: string;
  readonly #versions = { string: 0, lib: 0 };

  constructor(folder: string, url: string) {
    this.#folder = folder;
    this.#url = url;
  }

  /** Resets both texts, before the service starts. */
  reset(): void {
    this.#write(textFile, textModule(0));
    this.#write(libFile, textModule(0));
  }

  /** Milliseconds from the write to the first response with the new text, on a new connection. */
  async measure(kind: EditKind): Promise<number> {
    const begun = performance.now();
    if (kind === 'burst') this.#writeBurst();
    this.#versions[kind === 'lib' ? 'lib' : 'string'] += 1;
    if (kind === 'lib') this.#write(libFile, textModule(this.#versions.lib));
    else this.#write(textFile, textModule(this.#versions.string));
    const version = this.#versions.string + this.#versions.lib;
    for (const end = begun + 30_000; performance.now() < end; await sleep(2)) {
      if ((await askVersion(this.#url).catch(() => undefined)) !== version) continue;
      const at = performance.now();
      this.lives.push({ version, at });
      return at - begun;
    }
    throw new Error(`the ${kind} edit ${version} was not answered within 30 s`);
  }

  /** A hundred files, as a checkout writes them. */
  #writeBurst(): void {
    for (let file = 0; file < 100; file += 1)
      this.#write(`apps/user-service/src/bench-${file}.ts`, `export const changed = ${performance.now()};\n`);
  }

  #write(name: string, content: string): void {
    writeFileSync(join(this.#folder, name), content);
  }
}
