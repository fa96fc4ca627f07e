import { Client, Pool, type Dispatcher } from 'undici';
import type { BreakerSettings } from '../route.ts';
import { admit, closedBreaker, settle, type BreakerState, type Outcome } from './breaker.ts';

/** A service behind the gateway: its connections and its breaker. */
export interface Upstream {
  readonly name: string;
  readonly url: URL;
  /** Kept connections. */
  readonly pool: Pool;
  readonly breaker: BreakerState['kind'];
  /** Runs `send` with a connection that is surely new. */
  withNewConnection<T>(send: (dispatcher: Dispatcher) => Promise<T>): Promise<T>;
  /** Whether the breaker lets a call through. The caller settles a call that was let through. */
  admit(settings: BreakerSettings): Call | Refusal;
  close(): Promise<void>;
}

export interface Call {
  allowed: true;
  settle(outcome: Outcome): void;
}

export interface Refusal {
  allowed: false;
  retryAfterMs: number;
}

export interface UpstreamOptions {
  name: string;
  url: string;
  /** Called on each change of the breaker. */
  onBreaker?: (state: BreakerState['kind']) => void;
  /** Milliseconds of a clock that is never set back. */
  now?: () => number;
}

const CONNECT_LIMIT_MS = 1_000;

export function createUpstream({ name, url, onBreaker, now = () => performance.now() }: UpstreamOptions): Upstream {
  const options = {
    connect: { timeout: CONNECT_LIMIT_MS },
    // The gateway itself limits the time until a response begins.
    headersTimeout: 0,
    allowH2: false,
  };
  // As many connections as it takes: clients that send slowly keep theirs, and would exhaust a bounded pool.
  const pool = new Pool(url, options);
  let breaker: BreakerState = closedBreaker(now());

  function enter(next: BreakerState): void {
    const changed = next.kind !== breaker.kind;
    breaker = next;
    if (changed) onBreaker?.(next.kind);
  }

  return {
    name,
    url: new URL(url),
    pool,
    get breaker() {
      return breaker.kind;
    },
    async withNewConnection(send) {
      const client = new Client(url, options);
      try {
        return await send(client);
      } finally {
        void client.close();
      }
    },
    admit(settings) {
      const admission = admit(breaker, now(), settings);
      enter(admission.state);
      if (!admission.allowed) return { allowed: false, retryAfterMs: admission.retryAfterMs };
      const { trial } = admission;
      let settled = false;
      return {
        allowed: true,
        settle(outcome) {
          if (settled) return;
          settled = true;
          enter(settle(breaker, { trial, outcome }, now(), settings));
        },
      };
    },
    close: () => pool.close(),
  };
}
