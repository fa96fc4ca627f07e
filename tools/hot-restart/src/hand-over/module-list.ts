import { hash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ModuleRequest } from '../messages.ts';

/** The imports of a service's own code, kept between runs so that the first standby knows them too. */
export class ModuleList {
  readonly #file: string;
  modules: ModuleRequest[];

  constructor(cacheFolder: string, entry: string) {
    const name = `${basename(dirname(dirname(entry)))}-${hash('sha1', entry, 'hex').slice(0, 8)}.json`;
    this.#file = join(cacheFolder, name);
    this.modules = read(this.#file);
  }

  /** Keeps the list. One that cannot be written costs the next run its preloading and nothing else. */
  keep(modules: ModuleRequest[]): void {
    if (JSON.stringify(modules) === JSON.stringify(this.modules)) return;
    this.modules = modules;
    try {
      mkdirSync(dirname(this.#file), { recursive: true });
      const draft = `${this.#file}.${process.pid}`;
      writeFileSync(draft, JSON.stringify(modules));
      renameSync(draft, this.#file);
    } catch {
      return;
    }
  }
}

function read(file: string): ModuleRequest[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ModuleRequest[];
  } catch {
    return [];
  }
}
