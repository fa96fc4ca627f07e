import { AppError } from '@evenkeel/errors';

/** For whom work is done. */
export interface Turn {
  /** Whom they share their turns with: the network of the client. */
  client: string;
  /** Aborts when they have left. */
  signal: AbortSignal;
}

/** Does costly work a few at a time. */
export interface FairQueue {
  /**
   * Runs the work in turn: one of each client, then again. Throws `unavailable` when that would take too long, and what
   * the signal says when it aborts before the work begins; in both cases the work is never begun.
   */
  run<T>(turn: Turn, work: () => Promise<T>): Promise<T>;
}

export interface FairQueueOptions {
  /** How many run at once. */
  parallel: number;
  /** How long the last in the queue may have to wait, by what the work has taken lately. */
  waitLimitMs: number;
  /** What the work takes, until some of it was done. */
  expectedMs: number;
  /** Milliseconds of a clock that is never set back. */
  now?: () => number;
}

interface Waiter {
  begin(): void;
  refuse(): void;
}

/** How much the latest duration counts in the average. */
const WEIGHT = 0.1;

/**
 * A queue for more work than there is room for. Its length follows the work's duration, since what waits until its caller
 * has given up is done for nobody. When it is full, the newest of the client who has the most in it makes room for one
 * who has less: a flood from one address costs the others a turn each, and not their place.
 */
export function createFairQueue(options: FairQueueOptions): FairQueue {
  const { parallel, waitLimitMs, expectedMs, now = () => performance.now() } = options;
  // The first of each client, in the order of the map, is next.
  const lines = new Map<string, Waiter[]>();
  let running = 0;
  let waiting = 0;
  let averageMs = expectedMs;

  function begin(): boolean {
    const [client, line = []] = lines.entries().next().value ?? [];
    const next = line[0];
    if (client === undefined || next === undefined) return false;
    leave(client, next);
    // Whatever else they have waits until all others had their turn.
    if (lines.delete(client)) lines.set(client, line);
    next.begin();
    return true;
  }

  function leave(client: string, waiter: Waiter): void {
    const line = lines.get(client) ?? [];
    line.splice(line.indexOf(waiter), 1);
    waiting--;
    if (line.length === 0) lines.delete(client);
  }

  function makeRoom(client: string): void {
    const limit = Math.max(parallel, Math.floor((waitLimitMs * parallel) / averageMs));
    if (waiting < limit) return;
    const [greediest, line = []] = [...lines].reduce((most, other) =>
      other[1].length > most[1].length ? other : most,
    );
    const newest = line.at(-1);
    if (newest === undefined || line.length <= (lines.get(client)?.length ?? 0) + 1) throw full();
    leave(greediest, newest);
    newest.refuse();
  }

  function wait({ client, signal }: Turn): Promise<void> {
    makeRoom(client);
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        leave(client, waiter);
        reject(signal.reason as Error);
      };
      const settle = (how: () => void) => () => {
        signal.removeEventListener('abort', giveUp);
        how();
      };
      const waiter: Waiter = { begin: settle(resolve), refuse: settle(() => reject(full())) };
      signal.addEventListener('abort', giveUp);
      lines.set(client, [...(lines.get(client) ?? []), waiter]);
      waiting++;
    });
  }

  return {
    async run(turn, work) {
      turn.signal.throwIfAborted();
      if (running < parallel) running++;
      // Whoever is next takes a turn over, so the count stays.
      else await wait(turn);
      const begun = now();
      try {
        return await work();
      } finally {
        averageMs += WEIGHT * (now() - begun - averageMs);
        if (!begin()) running--;
      }
    },
  };
}

function full(): AppError {
  return new AppError('unavailable', 'There is too much to do at the moment. Try again shortly.', {
    headers: { 'retry-after': '1' },
  });
}
