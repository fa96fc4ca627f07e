import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admit, closedBreaker, settle, type BreakerState, type Verdict } from './breaker.ts';

const settings = { failures: 3, window_ms: 1_000, open_ms: 200 };

/** Runs calls one after another and returns the final state. */
function after(outcomes: Verdict[], now = 0, state: BreakerState = closedBreaker(0)): BreakerState {
  return outcomes.reduce((current, outcome) => {
    const admission = admit(current, now, settings);
    if (!admission.allowed) throw new Error('a call was refused');
    return settle(admission.state, { trial: admission.trial, outcome }, now, settings);
  }, state);
}

const opened = after(['failure', 'failure', 'failure']);

describe('a closed breaker', () => {
  it('opens when so many calls in a row have failed, however many went well before', () => {
    expect(after(['failure', 'failure']).kind).toBe('closed');
    expect(opened).toEqual({ kind: 'open', until: 200 });
    const busy = after([...Array<Verdict>(100).fill('success'), 'failure', 'failure', 'failure']);
    expect(busy.kind).toBe('open');
  });

  it('opens when half of the calls fail, and not when fewer do', () => {
    expect(after(['failure', 'success', 'failure', 'success', 'failure']).kind).toBe('open');
    expect(after(['success', 'success', 'success', 'failure', 'success', 'failure', 'success', 'failure']).kind).toBe(
      'closed',
    );
  });

  it('forgets what was before the window', () => {
    const old = after(['failure', 'success', 'failure', 'success']);
    expect(after(['failure', 'success', 'failure'], 1_500, old).kind).toBe('closed');
  });

  it('counts failures in a row across windows, and only those of the time of one', () => {
    const failed = (...times: number[]) =>
      times.reduce<BreakerState>((state, now) => after(['failure'], now, state), closedBreaker(0)).kind;
    expect(failed(900, 1_100, 1_200)).toBe('open');
    expect(failed(0, 900, 1_100)).toBe('closed');
    expect(failed(0, 3_600_000, 7_200_000, 10_800_000)).toBe('closed');
  });

  it('does not count a call whose client disconnected', () => {
    expect(after(Array<Verdict>(10).fill('unknown'))).toEqual(closedBreaker(0));
  });
});

describe('an open breaker', () => {
  it('refuses and says for how long', () => {
    expect(admit(opened, 50, settings)).toMatchObject({ allowed: false, retryAfterMs: 150 });
  });

  it('lets one call try after its time, and no second one meanwhile', () => {
    const trial = admit(opened, 200, settings);
    expect(trial).toMatchObject({ allowed: true, trial: true, state: { kind: 'half-open' } });
    expect(admit(trial.state, 201, settings).allowed).toBe(false);
  });

  it('is not moved by calls from before it opened', () => {
    for (const outcome of ['success', 'failure'] as const) {
      expect(settle(opened, { trial: false, outcome }, 10, settings)).toBe(opened);
    }
  });
});

describe('a half-open breaker', () => {
  const { state: trying } = admit(opened, 200, settings);
  const end = (outcome: Verdict) => settle(trying, { trial: true, outcome }, 300, settings);

  it('closes when the trial goes well and opens anew when it does not', () => {
    expect(end('success')).toEqual(closedBreaker(300));
    expect(end('failure')).toEqual({ kind: 'open', until: 500 });
  });

  it('lets another call try when the trial ended without a result', () => {
    expect(admit(end('unknown'), 301, settings)).toMatchObject({ allowed: true, trial: true });
  });

  it('lets another call try when the trial takes long, and takes the result of the first to finish', () => {
    expect(admit(trying, 399, settings)).toMatchObject({ allowed: false, retryAfterMs: 1 });
    const second = admit(trying, 400, settings);
    expect(second).toMatchObject({ allowed: true, trial: true });
    expect(admit(second.state, 599, settings).allowed).toBe(false);
    const closed = settle(second.state, { trial: true, outcome: 'success' }, 410, settings);
    expect(closed).toEqual(closedBreaker(410));
    expect(settle(closed, { trial: true, outcome: 'failure' }, 500, settings)).toBe(closed);
  });

  it('ignores calls from before it opened', () => {
    expect(settle(trying, { trial: false, outcome: 'success' }, 300, settings)).toBe(trying);
  });
});

it('never refuses for ever: once the upstream is well, waiting lets a call through, which closes it', () => {
  const step = fc.record({
    wait: fc.integer({ min: 0, max: 400 }),
    // A call starts, or one in flight finishes: some take long, and some never finish.
    ends: fc.option(fc.nat(5), { nil: undefined }),
    outcome: fc.constantFrom<Verdict>('success', 'failure', 'unknown'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let now = 0;
      let state: BreakerState = closedBreaker(0);
      const underWay: { trial: boolean }[] = [];
      for (const { wait, ends, outcome } of steps) {
        now += wait;
        const [ended] = ends === undefined ? [] : underWay.splice(ends, 1);
        if (ended !== undefined) {
          state = settle(state, { ...ended, outcome }, now, settings);
          continue;
        }
        const admission = admit(state, now, settings);
        state = admission.state;
        if (admission.allowed) underWay.push(admission);
        else expect(admission.retryAfterMs).toBeGreaterThan(0);
      }
      now += settings.open_ms;
      const last = admit(state, now, settings);
      expect(last.allowed).toBe(true);
      if (last.allowed) {
        expect(settle(last.state, { trial: last.trial, outcome: 'success' }, now, settings).kind).toBe('closed');
      }
    }),
  );
});
