import { AppError } from '@evenkeel/errors';
import { observeQueue } from './queue-metrics.ts';

/** Who work is done for. */
export interface Turn {
  /** Who they share their turns with, such as the network of the client. */
  client: string;
  /** Before all who have not this, and never refused to make room for them. */
  first?: boolean;
  /** Aborts when they have disconnected. */
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
  /** What it is called in metrics. */
  name: string;
  /** How many run at once. */
  parallel: number;
  /** How long the last in the queue may have to wait, by what the work has taken lately. */
  waitLimitMs: number;
  /** What the work takes, until some of it was done. */
  expectedMs: number;
  /** Milliseconds of a clock that is never set back. */
  now?: () => number;
}

type Lane = Map<string, Waiter[]>;

interface Waiter {
  begin(): void;
  refuse(): void;
}

/** A waiter is refused after this many times the limit, whatever was expected. */
const PATIENCE = 2;
/** How much the latest duration counts in the average. */
const WEIGHT = 0.1;

/**
 * A queue for more work than there is room for. Its length follows the work's duration, since what waits until its caller
 * has timed out is wasted. When it is full, the newest of the client with the most in it makes room for one
 * who has less: a flood from one address costs the others a turn each, and not their place.
 */
export function createFairQueue(options: FairQueueOptions): FairQueue {
  const { name, parallel, waitLimitMs, expectedMs, now = () => performance.now() } = options;
  // In each lane, the first of each client, in the order of the map, is next.
  const lanes: { first: Lane; others: Lane } = { first: new Map(), others: new Map() };
  const laneOf = ({ first = false }: Turn) => (first ? lanes.first : lanes.others);
  let running = 0;
  let waiting = 0;
  let averageMs = expectedMs;
  const countRefusal = observeQueue(name, () => ({ waiting, running }));

  function full(): AppError {
    countRefusal();
    return new AppError('unavailable', 'Overloaded. Retry shortly.', { headers: { 'retry-after': '1' } });
  }

  function begin(): boolean {
    const lane = lanes.first.size > 0 ? lanes.first : lanes.others;
    const [client, line = []] = lane.entries().next().value ?? [];
    const next = line[0];
    if (client === undefined || next === undefined) return false;
    leave(lane, client, next);
    // Whatever else they have waits until all others had their turn.
    if (lane.delete(client)) lane.set(client, line);
    next.begin();
    return true;
  }

  function leave(lane: Lane, client: string, waiter: Waiter): void {
    const line = lane.get(client) ?? [];
    line.splice(line.indexOf(waiter), 1);
    waiting--;
    if (line.length === 0) lane.delete(client);
  }

  function makeRoom(turn: Turn): void {
    const limit = Math.max(parallel, Math.floor((waitLimitMs * parallel) / averageMs));
    if (waiting < limit) return;
    const lane = laneOf(turn);
    const crowded = lanes.others.size > 0 ? lanes.others : lanes.first;
    const [greediest, line = []] = [...crowded].reduce((most, other) =>
      other[1].length > most[1].length ? other : most,
    );
    const newest = line.at(-1);
    const goesBefore = lane === crowded ? line.length > (lane.get(turn.client)?.length ?? 0) + 1 : lane === lanes.first;
    if (newest === undefined || !goesBefore) throw full();
    leave(crowded, greediest, newest);
    newest.refuse();
  }

  function wait(turn: Turn): Promise<void> {
    const { client, signal } = turn;
    makeRoom(turn);
    const lane = laneOf(turn);
    return new Promise((resolve, reject) => {
      const settle = (how: () => void) => () => {
        clearTimeout(patience);
        signal.removeEventListener('abort', giveUp);
        how();
      };
      const waiter: Waiter = { begin: settle(resolve), refuse: settle(() => reject(full())) };
      const giveUp = settle(() => {
        leave(lane, client, waiter);
        reject(signal.reason as Error);
      });
      signal.addEventListener('abort', giveUp);
      // The work may take longer than lately.
      const patience = setTimeout(() => {
        leave(lane, client, waiter);
        waiter.refuse();
      }, PATIENCE * waitLimitMs);
      lane.set(client, [...(lane.get(client) ?? []), waiter]);
      waiting++;
    });
  }

  return {
    async run(turn, work) {
      turn.signal.throwIfAborted();
      if (running < parallel) running++;
      // The next waiter takes the turn over, so the count stays.
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
