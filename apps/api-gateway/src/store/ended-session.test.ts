import { createLogger } from '@evenkeel/telemetry';
import { expect, it } from 'vitest';
import { createEndedSessions } from './ended-session.ts';

it('misses no session because the clock of one that ended another was ahead', async () => {
  const set = new Map<string, number>();
  const redis = {
    zrangebyscore: (_key: string, from: number) =>
      Promise.resolve([...set].filter(([, at]) => at >= from).flatMap(([id, at]) => [id, String(at)])),
  } as unknown as Parameters<typeof createEndedSessions>[0]['redis'];
  let now = 1_000_000_000;
  const ended = createEndedSessions({ redis, logger: createLogger('test', 'silent'), now: () => now });

  set.set('from-the-future', now + 60_000);
  await ended.refresh();
  now += 500;
  set.set('on-time', now);
  await ended.refresh();
  expect(['from-the-future', 'on-time'].map((id) => ended.has(id))).toEqual([true, true]);
});
