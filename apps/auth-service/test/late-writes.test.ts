import { randomUUID } from 'node:crypto';
import { createRedis } from '@evenkeel/redis';
import { createLogger } from '@evenkeel/telemetry';
import { privateRedis } from '@evenkeel/testing';
import { expect, it, onTestFinished } from 'vitest';
import { firstRefreshToken } from '../src/refresh-token.ts';
import { createSessionStore } from '../src/store/session.ts';

it('opens no session after it has said that it could not, when a paused Redis goes on', async () => {
  const server = await privateRedis(process.env);
  onTestFinished(server.close);
  const redis = createRedis({ ...server, logger: createLogger('test', 'silent'), name: 'test' });
  onTestFinished(() => redis.disconnect());
  // Pauses the server once it has returned the time: the script is on its way then.
  const time = redis.time.bind(redis);
  let pausing = false;
  redis.time = async () => {
    const told = await time();
    if (pausing) server.pause();
    return told;
  };
  const store = createSessionStore({ redis, idleMs: 60_000, now: Date.now });
  const userId = randomUUID();
  const open = () => {
    const token = firstRefreshToken(randomUUID());
    const session = { id: token.sessionId, userId, createdAt: Date.now(), lastUsedAt: Date.now(), userAgent: '' };
    return store.open(session, 1, token);
  };
  await open();
  pausing = true;
  await expect(open()).rejects.toMatchObject({ code: 'unavailable' });
  pausing = false;
  server.resume();
  const sessions = () => store.list(userId).catch(() => undefined);
  await expect.poll(sessions).toBeDefined();
  // Redis reads what was sent to it first before it takes new connections' commands.
  expect(await sessions()).toHaveLength(1);
});
