import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Service } from '@evenkeel/stack';
import type { Life } from './tally.ts';
import { askVersion } from './traffic.ts';
import { libFile, textFile, textModule } from './workspace-copy.ts';

/** An address that is polled for its version, and when each version was first seen there. */
export interface Target {
  url: string;
  lives: Life[];
  /** Whether it responds with the sum of both texts, instead of that of the lib. */
  isSum: boolean;
}

/** Polling all services as fast as they respond would take CPU time from those that restart. */
const askedEveryMs = 15;

/** The measured edits of a whole stack. */
export class StackEdits {
  /** Each service by its admin port; the one that is broken by its public port. */
  readonly targets: readonly Target[];
  readonly #folder: string;
  #lib = 0;
  #text = 0;

  constructor(folder: string, services: readonly Service[]) {
    this.#folder = folder;
    this.targets = services.map(({ name, port, adminPort }) => {
      const isSum = name === 'user-service';
      return { url: `http://127.0.0.1:${isSum ? port : adminPort}/bench`, lives: [], isSum };
    });
  }

  /** Milliseconds from the write of the lib to the first new response of the last service. */
  async changeLib(): Promise<number> {
    const begun = performance.now();
    this.#lib += 1;
    this.#write(libFile, textModule(this.#lib));
    return (await this.#untilAllLive()) - begun;
  }

  /** Saves a file of user-service with a syntax error, a different one each time. */
  breakService(): void {
    this.#write(textFile, `export const text: number = ; // ${this.#text}\n`);
  }

  /** Repairs it, and waits until that is live. */
  async mendService(): Promise<void> {
    this.#text += 1;
    this.#write(textFile, textModule(this.#text));
    await this.#untilAllLive();
  }

  /** Whether all respond with the version that was live before. */
  async servesAsBefore(): Promise<boolean> {
    const answers = await Promise.all(this.targets.map(({ url }) => askVersion(url).catch(() => undefined)));
    return this.targets.every((target, index) => answers[index] === this.#versionOf(target));
  }

  async #untilAllLive(): Promise<number> {
    return Math.max(...(await Promise.all(this.targets.map((target) => this.#untilLive(target)))));
  }

  async #untilLive(target: Target): Promise<number> {
    const version = this.#versionOf(target);
    for (const end = performance.now() + 30_000; performance.now() < end; await sleep(askedEveryMs)) {
      if ((await askVersion(target.url).catch(() => undefined)) !== version) continue;
      const at = performance.now();
      target.lives.push({ version, at });
      return at;
    }
    throw new Error(`${target.url} did not answer with version ${version} within 30 s`);
  }

  #versionOf({ isSum }: Target): number {
    return isSum ? this.#lib + this.#text : this.#lib;
  }

  #write(name: string, content: string): void {
    writeFileSync(join(this.#folder, name), content);
  }
}
