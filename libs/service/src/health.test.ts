import { createLogger } from '@evenkeel/telemetry';
import { expect, it } from 'vitest';
import { checkAll, reachRequired } from './health.ts';

const quiet = createLogger('test', 'silent');

it('reports each dependency by itself, with a time limit for one that hangs', async () => {
  const checks = await checkAll({
    good: { required: true, check: async () => undefined },
    bad: { required: true, check: () => Promise.reject(new AggregateError([new Error('refused')])) },
    hung: { required: false, check: () => new Promise(() => undefined) },
  });
  expect(checks['good']).toMatchObject({ status: 'ok' });
  expect(checks['bad']).toMatchObject({ status: 'failed', error: 'refused' });
  expect(checks['hung']).toMatchObject({ status: 'failed', error: 'no response within 1000 ms' });
});

it('waits for what is required until it was reached once, and for nothing else', async () => {
  let attempts = 0;
  await reachRequired(
    {
      late: {
        required: true,
        check: () => (++attempts < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve()),
      },
      absent: { required: false, check: () => Promise.reject(new Error('never')) },
    },
    quiet,
    new AbortController().signal,
  );
  expect(attempts).toBe(3);
});

it('stops waiting when aborted', async () => {
  const stopping = new AbortController();
  const waiting = reachRequired(
    { absent: { required: true, check: () => Promise.reject(new Error('never')) } },
    quiet,
    stopping.signal,
  );
  stopping.abort();
  await expect(waiting).resolves.toBeUndefined();
});
