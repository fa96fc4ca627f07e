import type { BreakerSettings } from '../route.ts';

/**
 * A circuit breaker as a pure state machine: time comes in, and a new state comes out. Times are in milliseconds of any
 * one clock.
 *
 * closed: calls go through and are counted; open: none does; half-open: one call tries the upstream, and the next one does
 * when that has ended without a result, or `open_ms` after it. A call may take as long as its client takes to send it, and
 * must not keep all others waiting.
 */
export type BreakerState = ClosedBreaker | { kind: 'open'; until: number } | { kind: 'half-open'; nextTrial: number };

interface ClosedBreaker {
  kind: 'closed';
  /** When the window began in which calls and failures are counted. */
  since: number;
  calls: number;
  failures: number;
  /** When the last calls failed that did so in a row, within one window. */
  streak: readonly number[];
}

/** The outcome of a call that was let through, in the eyes of one breaker. `unknown` says nothing. */
export type Verdict = 'success' | 'failure' | 'unknown';

export type Admission =
  /** `trial`: this call decides whether the breaker closes. */
  | { allowed: true; trial: boolean; state: BreakerState }
  | { allowed: false; retryAfterMs: number; state: BreakerState };

export const closedBreaker = (now: number): ClosedBreaker => ({
  kind: 'closed',
  since: now,
  calls: 0,
  failures: 0,
  streak: [],
});

/** Whether a call may go through now. */
export function admit(state: BreakerState, now: number, settings: BreakerSettings): Admission {
  if (state.kind === 'closed') return { allowed: true, trial: false, state };
  const nextTrial = state.kind === 'open' ? state.until : state.nextTrial;
  if (now < nextTrial) return { allowed: false, retryAfterMs: nextTrial - now, state };
  return { allowed: true, trial: true, state: { kind: 'half-open', nextTrial: now + settings.open_ms } };
}

/** The state once a connection can be made again: the next call is a trial, however long the breaker was to stay open. */
export function reached(state: BreakerState, now: number): BreakerState {
  return state.kind === 'open' ? { kind: 'half-open', nextTrial: now } : state;
}

/** The state after a call that was let through has finished. */
export function settle(
  state: BreakerState,
  call: { trial: boolean; outcome: Verdict },
  now: number,
  settings: BreakerSettings,
): BreakerState {
  if (call.trial) {
    if (state.kind !== 'half-open') return state;
    if (call.outcome === 'success') return closedBreaker(now);
    if (call.outcome === 'failure') return { kind: 'open', until: now + settings.open_ms };
    return { kind: 'half-open', nextTrial: now };
  }
  // A call from before the breaker opened says nothing about the present.
  if (state.kind !== 'closed' || call.outcome === 'unknown') return state;
  const failed = call.outcome === 'failure';
  const streak = failed ? [...state.streak.filter((at) => now - at < settings.window_ms), now] : [];
  const window = now - state.since < settings.window_ms ? state : closedBreaker(now);
  const calls = window.calls + 1;
  const failures = window.failures + (failed ? 1 : 0);
  // In a row: a busy upstream that dies must not be waited for until its failures outweigh the many successes before.
  const tooMany = streak.length >= settings.failures || (failures >= settings.failures && failures * 2 >= calls);
  if (failed && tooMany) return { kind: 'open', until: now + settings.open_ms };
  return { kind: 'closed', since: window.since, calls, failures, streak };
}

/** A breaker in its present state. */
export interface Breaker {
  readonly state: BreakerState;
  admit(settings: BreakerSettings): Admission;
  settle(call: { trial: boolean; outcome: Verdict }, settings: BreakerSettings): void;
  /** A connection can be made again. */
  reached(): void;
}

/**
 * @param now milliseconds of a clock that is never set back
 * @param onChange called when it opens, closes or lets a trial through
 */
export function createBreaker(now: () => number, onChange: (kind: BreakerState['kind']) => void): Breaker {
  let state: BreakerState = closedBreaker(now());

  function enter(next: BreakerState): void {
    const changed = next.kind !== state.kind;
    state = next;
    if (changed) onChange(next.kind);
  }

  return {
    get state() {
      return state;
    },
    admit(settings) {
      const admission = admit(state, now(), settings);
      enter(admission.state);
      return admission;
    },
    settle: (call, settings) => enter(settle(state, call, now(), settings)),
    reached: () => enter(reached(state, now())),
  };
}
