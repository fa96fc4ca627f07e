import type { RawHeaders } from '../raw-headers.ts';

/** A response as it was sent, with what is needed to send it again. */
export interface Copy {
  status: number;
  headers: RawHeaders;
  body: Buffer;
  /** When the upstream sent it, in milliseconds since the epoch. */
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

export function createStaleCopies(options: StaleCopiesOptions = {}): StaleCopies {
  const { limit = 16 * 1024 * 1024, copyLimit = 256 * 1024 } = options;
  // By path (with its query), then by caller. The map's order is that of use: the first path was used longest ago.
  const paths = new Map<string, Map<string, Copy>>();
  let size = 0;

  function remove(path: string, caller: string): void {
    const copies = paths.get(path);
    const copy = copies?.get(caller);
    if (copies === undefined || copy === undefined) return;
    copies.delete(caller);
    size -= sizeOf(path, caller, copy);
    if (copies.size === 0) paths.delete(path);
  }

  function removePath(path: string): void {
    for (const caller of paths.get(path)?.keys() ?? []) remove(path, caller);
  }

  return {
    copyLimit,
    get size() {
      return size;
    },
    get(path, caller) {
      const copies = paths.get(path);
      if (copies === undefined) return undefined;
      paths.delete(path);
      paths.set(path, copies);
      return copies.get(caller);
    },
    set(path, caller, copy) {
      remove(path, caller);
      if (copy.body.length > copyLimit) return;
      const copies = paths.get(path) ?? new Map<string, Copy>();
      copies.set(caller, copy);
      paths.delete(path);
      paths.set(path, copies);
      size += sizeOf(path, caller, copy);
      for (const oldest of paths.keys()) {
        if (size <= limit) break;
        removePath(oldest);
      }
    },
    delete: remove,
    deletePath: removePath,
  };
}

/** Counts everything whose length the client controls. */
function sizeOf(path: string, caller: string, { headers, vary, body }: Copy): number {
  const texts = [path, caller, ...headers, ...Object.entries(vary).flat()];
  return OVERHEAD + body.length + texts.reduce((sum, text) => sum + text.length, 0);
}
