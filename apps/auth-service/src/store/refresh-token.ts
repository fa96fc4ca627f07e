import { createScript } from '@evenkeel/redis';
import { REUSE_GRACE_MS, type RefreshToken } from '../refresh-token.ts';
import { keys } from './redis-key.ts';
import { createTimelyScript } from './script.ts';
import type { SessionStoreOptions } from './session.ts';

/**
 * What a refresh token is worth. Only a `current` one may be spent; `reused` was spent longer ago than the grace allows,
 * `spent` within it. An `unknown` one belongs to no session.
 */
export type TokenState =
  | { state: 'unknown' }
  | { state: 'spent' | 'reused'; userId: string }
  | { state: 'current'; userId: string; credentialsVersion: number };

/** The refresh tokens in Redis. Every method throws `unavailable` when Redis is. */
export interface RefreshTokenStore {
  inspect(token: RefreshToken): Promise<TokenState>;
  /**
   * Replaces the current token by the next one, in one atomic step. `false` if it is not current any more.
   * When it throws, the token can be used again.
   */
  rotate(token: RefreshToken, next: RefreshToken, userId: string): Promise<boolean>;
}

/** Longer than the grace by far, and short enough that spent tokens do not pile up. */
const SPENT_KEPT_MS = 60_000;

const INSPECT = `
local family, hash = unpack(ARGV)
local session = redis.call('HMGET', KEYS[1], 'family', 'current', 'user', 'version')
if session[1] ~= family then return {'unknown'} end
if session[2] ~= hash then return {'spent', session[3], redis.call('GET', KEYS[2]) or ''} end
return {'current', session[3], session[4]}
`;

// In time, or it would spend a token whose successor is never received.
const ROTATE = `
local id, hash, nextHash, now, idle, kept = unpack(ARGV)
if redis.call('HGET', KEYS[1], 'current') ~= hash then return 'lost' end
redis.call('HSET', KEYS[1], 'current', nextHash, 'used', now)
redis.call('PEXPIRE', KEYS[1], idle)
redis.call('SET', KEYS[2], now, 'PX', kept)
redis.call('ZADD', KEYS[3], now + idle, id)
redis.call('PEXPIRE', KEYS[3], idle)
return 'rotated'
`;

export function createRefreshTokenStore({ redis, idleMs, now }: SessionStoreOptions): RefreshTokenStore {
  const inspectScript = createScript<string[]>(redis, 'authInspectToken', INSPECT);
  const rotateScript = createTimelyScript<'rotated' | 'lost'>(redis, 'authRotateToken', ROTATE);
  return {
    async inspect(token) {
      const touched = [keys.session(token.sessionId), keys.spent(token.hash)];
      const [state, userId = '', detail = ''] = await inspectScript(touched, [token.familyHash, token.hash]);
      if (state === 'unknown') return { state };
      if (state === 'current') return { state, userId, credentialsVersion: Number(detail) };
      const recent = detail !== '' && now() - Number(detail) <= REUSE_GRACE_MS;
      return { state: recent ? 'spent' : 'reused', userId };
    },
    async rotate(token, next, userId) {
      const id = token.sessionId;
      const outcome = await rotateScript(
        [keys.session(id), keys.spent(token.hash), keys.userSessions(userId)],
        [id, token.hash, next.hash, now(), idleMs, SPENT_KEPT_MS],
      );
      return outcome === 'rotated';
    },
  };
}
