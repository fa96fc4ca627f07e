import { LRUCache } from 'lru-cache';
import type { RawHeaders } from '../raw-headers.ts';

/** A response as it was sent, with what is needed to send it again. */
export interface Copy {
  status: number;
  headers: RawHeaders;
  body: Buffer;
  /** When the upstream sent it last, in milliseconds since the epoch. */
  storedAt: number;
  /** Request headers that `Vary` named, with the values they had. */
  vary: Readonly<Record<string, string>>;
}

export interface StaleCopiesOptions {
  /** Bytes of all copies together; the least recently used go first. */
  limit?: number;
  /** Bytes of one copy; a larger response is not kept. */
  copyLimit?: number;
}

/** What a copy costs beside its texts and its content, roughly. */
const OVERHEAD = 512;

/** The last good responses, in bounded memory. Each belongs to a path and to the caller who got it. */
export interface StaleCopies {
  readonly copyLimit: number;
  /** Bytes in use. */
  readonly size: number;
  get(path: string, caller: string): Copy | undefined;
  set(path: string, caller: string, copy: Copy): void;
  delete(path: string, caller: string): void;
  /** Forgets what all callers got: something was changed there (RFC 9111, section 4.4). */
  deletePath(path: string): void;
}

interface Entry {
  path: string;
  caller: string;
  copy: Copy;
}

export function createStaleCopies(options: StaleCopiesOptions = {}): StaleCopies {
  const { limit = 16 * 1024 * 1024, copyLimit = 256 * 1024 } = options;
  // Those who have a copy, by path.
  const callers = new Map<string, Set<string>>();
  // A copy that replaces another one takes its entry: what is added and removed for each response costs the garbage
  // collector more than the response does.
  const cache = new LRUCache<string, Entry>({
    maxSize: limit,
    sizeCalculation: sizeOf,
    dispose: ({ path, caller }, _key, reason) => {
      if (reason !== 'set') forget(path, caller);
    },
  });
  const keyOf = (path: string, caller: string) => `${caller} ${path}`;

  function forget(path: string, caller: string): void {
    const here = callers.get(path);
    here?.delete(caller);
    if (here?.size === 0) callers.delete(path);
  }

  function remember(path: string, caller: string): void {
    const here = callers.get(path) ?? new Set();
    callers.set(path, here.add(caller));
  }

  return {
    copyLimit,
    get size() {
      return cache.calculatedSize;
    },
    get: (path, caller) => cache.get(keyOf(path, caller))?.copy,
    set(path, caller, copy) {
      const key = keyOf(path, caller);
      if (copy.body.length > copyLimit) return void cache.delete(key);
      if (!cache.has(key)) remember(path, caller);
      cache.set(key, { path, caller, copy });
    },
    delete: (path, caller) => void cache.delete(keyOf(path, caller)),
    deletePath(path) {
      for (const caller of callers.get(path) ?? []) cache.delete(keyOf(path, caller));
    },
  };
}

/** Counts everything whose length the client controls. */
function sizeOf({ path, caller, copy: { headers, vary, body } }: Entry): number {
  let size = OVERHEAD + body.length + path.length + caller.length;
  for (const text of headers) size += text.length;
  for (const name in vary) size += name.length + (vary[name]?.length ?? 0);
  return size;
}
