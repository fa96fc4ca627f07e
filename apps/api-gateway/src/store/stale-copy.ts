import type { RawHeaders } from '../raw-headers.ts';

/** An answer as it was given, with what is needed to give it again. */
export interface Copy {
  status: number;
  headers: RawHeaders;
  body: Buffer;
  /** Milliseconds since the epoch at which the upstream gave it. */
  storedAt: number;
  /** Request headers that `Vary` named, with the values they had. */
  vary: Readonly<Record<string, string>>;
}

export interface StaleCopiesOptions {
  /** Bytes of all copies together; the least recently used go first. */
  limit?: number;
  /** Bytes of one copy; a larger answer is not kept. */
  copyLimit?: number;
}

/** What a copy costs beside its texts and its content, roughly. */
const OVERHEAD = 512;

/** The last good answers, in bounded memory. Each belongs to a path and to the caller who got it. */
export class StaleCopies {
  readonly #limit: number;
  readonly copyLimit: number;
  /** By path (with its query), then by caller. The map's order is that of use: the first path was used longest ago. */
  readonly #paths = new Map<string, Map<string, Copy>>();
  #size = 0;

  constructor({ limit = 16 * 1024 * 1024, copyLimit = 256 * 1024 }: StaleCopiesOptions = {}) {
    this.#limit = limit;
    this.copyLimit = copyLimit;
  }

  /** Bytes in use. */
  get size(): number {
    return this.#size;
  }

  get(path: string, caller: string): Copy | undefined {
    const copies = this.#paths.get(path);
    if (copies === undefined) return undefined;
    this.#paths.delete(path);
    this.#paths.set(path, copies);
    return copies.get(caller);
  }

  set(path: string, caller: string, copy: Copy): void {
    this.delete(path, caller);
    if (copy.body.length > this.copyLimit) return;
    const copies = this.#paths.get(path) ?? new Map<string, Copy>();
    copies.set(caller, copy);
    this.#paths.delete(path);
    this.#paths.set(path, copies);
    this.#size += sizeOf(path, caller, copy);
    for (const oldest of this.#paths.keys()) {
      if (this.#size <= this.#limit) break;
      this.deletePath(oldest);
    }
  }

  delete(path: string, caller: string): void {
    const copies = this.#paths.get(path);
    const copy = copies?.get(caller);
    if (copies === undefined || copy === undefined) return;
    copies.delete(caller);
    this.#size -= sizeOf(path, caller, copy);
    if (copies.size === 0) this.#paths.delete(path);
  }

  /** Forgets what all callers got: something was changed there (RFC 9111, section 4.4). */
  deletePath(path: string): void {
    for (const caller of this.#paths.get(path)?.keys() ?? []) this.delete(path, caller);
  }
}

/** Counts everything whose length the client controls. */
function sizeOf(path: string, caller: string, { headers, vary, body }: Copy): number {
  const texts = [path, caller, ...headers, ...Object.entries(vary).flat()];
  return OVERHEAD + body.length + texts.reduce((sum, text) => sum + text.length, 0);
}
