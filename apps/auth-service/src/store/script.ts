import { AppError } from '@evenkeel/errors';
import { createScript, type Redis, type Script } from '@evenkeel/redis';

/** Redis skips a script that it gets to later than this after the call. */
const LATEST_MS = 600;

// The deadline is in Redis' own time: a server that was paused runs what had been sent to it when it wakes up, long after
// the caller timed out.
const UNLESS_LATE = `
local deadline = tonumber(table.remove(ARGV))
local time = redis.call('TIME')
if time[1] * 1000 + math.floor(time[2] / 1000) > deadline then return 'late' end
`;

/**
 * A script that changes what its caller must know of. It throws `unavailable` when Redis came to it so late that its caller
 * may have failed already; then nothing has changed.
 */
export function createTimelyScript<Result>(redis: Redis, name: string, lua: string): Script<Result> {
  const run = createScript<Result | 'late'>(redis, name, UNLESS_LATE + lua);
  return async (keys, args) => {
    const [seconds, microseconds] = await redis.time();
    const deadline = Number(seconds) * 1_000 + Math.floor(Number(microseconds) / 1_000) + LATEST_MS;
    const result = await run(keys, [...args, deadline]);
    if (result !== 'late') return result;
    throw new AppError('unavailable', 'The session store is too slow at the moment. Retry.', {
      headers: { 'retry-after': '1' },
    });
  };
}
