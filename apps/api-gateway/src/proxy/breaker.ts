import type { BreakerSettings } from '../route.ts';

/**
 * A circuit breaker as a pure state machine: time comes in, and a new state comes out. Times are in milliseconds of any
 * one clock.
 *
 * closed: calls go through and are counted; half-open: one call at a time tries the upstream; open: none does.
 */
export type BreakerState = ClosedBreaker | { kind: 'open'; until: number } | { kind: 'half-open'; trying: boolean };

interface ClosedBreaker {
  kind: 'closed';
  /** When the window began in which calls and failures are counted. */
  since: number;
  calls: number;
  failures: number;
  /** Failures in a row. */
  streak: number;
}

/** How a call that was let through went. `unknown`: its caller left before that could be told. */
export type Outcome = 'success' | 'failure' | 'unknown';

export type Admission =
  /** `trial`: this call decides whether the breaker closes. It must be settled, or no other will be let through. */
  | { allowed: true; trial: boolean; state: BreakerState }
  | { allowed: false; retryAfterMs: number; state: BreakerState };

export const closedBreaker = (now: number): ClosedBreaker => ({
  kind: 'closed',
  since: now,
  calls: 0,
  failures: 0,
  streak: 0,
});

/** Whether a call may go through now. */
export function admit(state: BreakerState, now: number, settings: BreakerSettings): Admission {
  switch (state.kind) {
    case 'closed':
      return { allowed: true, trial: false, state };
    case 'open':
      if (now < state.until) return { allowed: false, retryAfterMs: state.until - now, state };
      return { allowed: true, trial: true, state: { kind: 'half-open', trying: true } };
    case 'half-open':
      if (state.trying) return { allowed: false, retryAfterMs: settings.open_ms, state };
      return { allowed: true, trial: true, state: { kind: 'half-open', trying: true } };
  }
}

/** The state after a call that was let through has ended. */
export function settle(
  state: BreakerState,
  call: { trial: boolean; outcome: Outcome },
  now: number,
  settings: BreakerSettings,
): BreakerState {
  if (call.trial) {
    if (state.kind !== 'half-open') return state;
    if (call.outcome === 'success') return closedBreaker(now);
    if (call.outcome === 'failure') return { kind: 'open', until: now + settings.open_ms };
    return { kind: 'half-open', trying: false };
  }
  // A call from before the breaker opened tells nothing about now.
  if (state.kind !== 'closed' || call.outcome === 'unknown') return state;
  const failed = call.outcome === 'failure';
  const streak = failed ? state.streak + 1 : 0;
  const window = now - state.since < settings.window_ms ? state : closedBreaker(now);
  const calls = window.calls + 1;
  const failures = window.failures + (failed ? 1 : 0);
  // In a row: a busy upstream that dies must not be waited for until its failures outweigh the many successes before.
  const tooMany = streak >= settings.failures || (failures >= settings.failures && failures * 2 >= calls);
  if (failed && tooMany) return { kind: 'open', until: now + settings.open_ms };
  return { kind: 'closed', since: window.since, calls, failures, streak };
}
