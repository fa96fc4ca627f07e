import { setTimeout as sleep } from 'node:timers/promises';
import { reach } from '@evenkeel/service';
import { observeClientRequests, type BeginRequest } from '@evenkeel/telemetry';
import { buildConnector, Client, Pool, type Dispatcher } from 'undici';
import type { BreakerSettings, Route } from '../route.ts';
import { createBreaker, type Breaker, type BreakerState, type Verdict } from './breaker.ts';
import { unavailable, type Outcome } from './failure.ts';
import { skipUnaskedContinue } from './unasked-continue.ts';

/** A service behind the gateway: its connections and its breakers. */
export interface Upstream {
  readonly name: string;
  readonly url: URL;
  /** Kept connections. */
  readonly pool: Pool;
  /** That of the upstream; each of its routes has one as well, which looks at its timeouts. */
  readonly breaker: BreakerState['kind'];
  readonly beginRequest: BeginRequest;
  /** Runs `send` with a connection that is surely new. */
  withNewConnection<T>(send: (dispatcher: Dispatcher) => Promise<T>): Promise<T>;
  /**
   * Lets a call through that the caller settles when it is over.
   * @throws AppError `unavailable` while a breaker is open, or when too many calls are in flight
   */
  enter(route: Route, settings: UpstreamSettings): Call;
  close(): Promise<void>;
}

export interface UpstreamSettings {
  breaker: BreakerSettings;
  /** Calls at the same time. */
  max_in_flight: number;
}

export interface Call {
  settle(outcome: Outcome): void;
}

export interface UpstreamOptions {
  name: string;
  url: string;
  /** Called on each change of a breaker; with the prefix of the route whose it is, if it is not that of the upstream. */
  onBreaker?: (state: BreakerState['kind'], route?: string) => void;
  /** Milliseconds of a clock that is never set back. */
  now?: () => number;
}

const CONNECT_LIMIT_MS = 1_000;
/** How often a connection is tried while there is none. */
const PROBE_MS = 100;

export function createUpstream(options: UpstreamOptions): Upstream {
  const { name, url, onBreaker = () => undefined, now = () => performance.now() } = options;
  const connector = buildConnector({ timeout: CONNECT_LIMIT_MS, allowH2: false });
  const connection: Pool.Options = {
    connect: (target, callback) =>
      connector(target, (...[error, socket]) =>
        error === null ? callback(null, skipUnaskedContinue(socket)) : callback(error, null),
      ),
    // The gateway itself looks at the time that a response takes.
    headersTimeout: 0,
    bodyTimeout: 0,
    allowH2: false,
  };
  const closing = new AbortController();
  const pool = new Pool(url, connection);
  const breaker = createBreaker(now, onBreaker);
  // With the routes that a reload replaces their breakers go.
  const ofRoutes = new WeakMap<Route, Breaker>();
  let inFlight = 0;
  let probing = false;

  function breakerOf(route: Route): Breaker {
    const known = ofRoutes.get(route) ?? createBreaker(now, (kind) => onBreaker(kind, route.prefix));
    ofRoutes.set(route, known);
    return known;
  }

  function admit(one: Breaker, settings: BreakerSettings): boolean {
    const admission = one.admit(settings);
    if (!admission.allowed) throw unavailable(name, admission.retryAfterMs / 1_000);
    return admission.trial;
  }

  /** What cannot be reached is looked for, so that it gets requests as soon as it is back. */
  async function probe(): Promise<void> {
    if (probing) return;
    probing = true;
    while (breaker.state.kind === 'open' && !closing.signal.aborted) {
      const wait = AbortSignal.any([closing.signal, AbortSignal.timeout(CONNECT_LIMIT_MS)]);
      await sleep(PROBE_MS, undefined, { signal: closing.signal, ref: false })
        .then(() => reach(url, wait))
        .then(breaker.reached, () => undefined);
    }
    probing = false;
  }

  return {
    name,
    url: new URL(url),
    pool,
    get breaker() {
      return breaker.state.kind;
    },
    beginRequest: observeClientRequests(url),
    async withNewConnection(send) {
      const client = new Client(url, connection);
      try {
        return await send(client);
      } finally {
        void client.close();
      }
    },
    enter(route, settings) {
      // Clients that send slowly keep their connections: however many do, they must not take all that the gateway can have.
      if (inFlight >= settings.max_in_flight) throw unavailable(name, 1);
      const guarded = route.breaker ? breakerOf(route) : undefined;
      const routeTrial = guarded !== undefined && admit(guarded, settings.breaker);
      let trial = false;
      try {
        trial = guarded !== undefined && admit(breaker, settings.breaker);
      } catch (error) {
        guarded?.settle({ trial: routeTrial, outcome: 'unknown' }, settings.breaker);
        throw error;
      }
      inFlight += 1;
      return {
        settle(outcome) {
          inFlight -= 1;
          if (guarded === undefined) return;
          // One slow endpoint is no reason to keep all other requests from the upstream.
          guarded.settle({ trial: routeTrial, outcome: timeoutVerdict[outcome] }, settings.breaker);
          breaker.settle({ trial, outcome: connectionVerdict[outcome] }, settings.breaker);
          if (outcome === 'unreachable') void probe();
        },
      };
    },
    async close() {
      closing.abort();
      await pool.close();
    },
  };
}

const timeoutVerdict: Readonly<Record<Outcome, Verdict>> = {
  success: 'success',
  timeout: 'failure',
  unreachable: 'unknown',
  broken: 'unknown',
  unknown: 'unknown',
};

const connectionVerdict: Readonly<Record<Outcome, Verdict>> = {
  success: 'success',
  timeout: 'unknown',
  unreachable: 'failure',
  broken: 'failure',
  unknown: 'unknown',
};
