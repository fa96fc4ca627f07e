import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { sep } from 'node:path';

/** Knows each file by its content, so that a save that alters nothing is no change. */
export class Contents {
  readonly #known = new Map<string, string>();

  /** Takes the present content of these files as known. */
  learn(paths: Iterable<string>): void {
    for (const path of paths) {
      const digest = digestOf(path);
      if (digest !== undefined) this.#known.set(path, digest);
    }
  }

  /** Those of the paths whose content is not what was known, which then is. A folder that is gone stands for its files. */
  changed(paths: Iterable<string>): string[] {
    const changed: string[] = [];
    for (const path of new Set([...paths].flatMap((one) => [one, ...this.#below(one)]))) {
      const digest = digestOf(path);
      if (digest === this.#known.get(path)) continue;
      if (digest === undefined) this.#known.delete(path);
      else this.#known.set(path, digest);
      changed.push(path);
    }
    return changed;
  }

  #below(path: string): string[] {
    return [...this.#known.keys()].filter((known) => known.startsWith(path + sep));
  }
}

function digestOf(path: string): string | undefined {
  try {
    return hash('sha1', readFileSync(path), 'base64');
  } catch {
    return undefined;
  }
}
