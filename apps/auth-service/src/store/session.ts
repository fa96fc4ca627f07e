import { ENDED_SESSION_KEPT_MS } from '@evenkeel/contracts';
import { createScript, type Redis } from '@evenkeel/redis';
import { metrics } from '@opentelemetry/api';
import { SERVICE_NAME } from '../config.ts';
import type { RefreshToken } from '../refresh-token.ts';
import { MAX_SESSIONS, type StoredSession } from '../session.ts';
import { keys } from './redis-key.ts';
import { createTimelyScript } from './script.ts';

/**
 * The sessions in Redis. Every method throws `unavailable` when Redis is. What ends sessions may be carried out after
 * that all the same, when a paused server continues: it is still wanted, and safe to retry.
 */
export interface SessionStore {
  /**
   * Opens a session with its first refresh token; the oldest ones of a user who has too many end. `false`, and no session,
   * if the sessions of older credentials were ended and these are such.
   */
  open(session: StoredSession, credentialsVersion: number, token: RefreshToken): Promise<boolean>;
  isOpen(id: string): Promise<boolean>;
  /** The open sessions of a user, the last used first. */
  list(userId: string): Promise<StoredSession[]>;
  /**
   * Ends a session of the user, for a reason that is counted; its access tokens stop at the gateways. With a version of
   * their credentials: only if it was opened with older ones. `false` if there was no such session.
   */
  end(id: string, userId: string, reason: EndReason, credentialsVersion?: number): Promise<boolean>;
  /**
   * Ends all sessions of a user but, perhaps, one. With the version of new credentials: that one goes on with them, and
   * those opened with them stay too, since the request may come again, or late. A sign-in that is under way with older
   * credentials opens none afterwards; without a version none is opened at all.
   */
  endAll(userId: string, exceptId?: string, credentialsVersion?: number): Promise<void>;
}

/** `surplus`: the user has opened too many since. */
const endReasons = ['logout', 'revoked', 'token_reused', 'account_changed', 'surplus'] as const;
export type EndReason = (typeof endReasons)[number];

export interface SessionStoreOptions {
  redis: Redis;
  /** A session that is not used for this many milliseconds ends. */
  idleMs: number;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** Longer by far than a sign-in may take between the check of the credentials and its session. */
const LEAST_CREDENTIALS_KEPT_MS = 86_400_000;

const OPEN = `
local id, user, version, created, agent, family, current, idle, most = unpack(ARGV)
local least = redis.call('GET', KEYS[3])
if least and tonumber(version) < tonumber(least) then return false end
redis.call('HSET', KEYS[1], 'user', user, 'version', version, 'created', created, 'used', created,
  'agent', agent, 'family', family, 'current', current)
redis.call('PEXPIRE', KEYS[1], idle)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', created)
redis.call('ZADD', KEYS[2], created + idle, id)
redis.call('PEXPIRE', KEYS[2], idle)
local surplus = redis.call('ZCARD', KEYS[2]) - most
return surplus > 0 and redis.call('ZRANGE', KEYS[2], 0, surplus - 1) or {}
`;

const END = `
local id, user, now, kept, version = unpack(ARGV)
local session = redis.call('HMGET', KEYS[1], 'user', 'version')
if session[1] ~= user then return 0 end
if version ~= '' and tonumber(session[2]) >= tonumber(version) then return 0 end
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], id)
redis.call('ZADD', KEYS[3], now, id)
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now - kept)
return 1
`;

const RENEW = `
local user, version = unpack(ARGV)
local session = redis.call('HMGET', KEYS[1], 'user', 'version')
if session[1] ~= user or tonumber(session[2]) >= tonumber(version) then return 0 end
redis.call('HSET', KEYS[1], 'version', version)
return 1
`;

const REQUIRE = `
local version, kept = unpack(ARGV)
local least = redis.call('GET', KEYS[1])
if not least or tonumber(least) < tonumber(version) then redis.call('SET', KEYS[1], version, 'PX', kept) end
`;

export function createSessionStore({ redis, idleMs, now }: SessionStoreOptions): SessionStore {
  const openScript = createTimelyScript<string[] | null>(redis, 'authOpenSession', OPEN);
  const endScript = createScript<number>(redis, 'authEndSession', END);
  const renewScript = createScript<number>(redis, 'authRenewSession', RENEW);
  const ended = metrics
    .getMeter(`@evenkeel/${SERVICE_NAME}`)
    .createCounter('auth.sessions.ended', { description: 'Sessions that were ended before their time, by reason' });
  for (const reason of endReasons) ended.add(0, { reason });
  const requireScript = createScript<null>(redis, 'authRequireCredentials', REQUIRE);

  async function read(id: string): Promise<StoredSession[]> {
    const [userId, created, used, agent] = await redis.hmget(keys.session(id), 'user', 'created', 'used', 'agent');
    if (typeof userId !== 'string') return [];
    return [{ id, userId, createdAt: Number(created), lastUsedAt: Number(used), userAgent: agent ?? '' }];
  }

  const store: SessionStore = {
    async open({ id, userId, createdAt, userAgent }, version, token) {
      const surplus = await openScript(
        [keys.session(id), keys.userSessions(userId), keys.leastCredentials(userId)],
        [id, userId, version, createdAt, userAgent, token.familyHash, token.hash, idleMs, MAX_SESSIONS],
      );
      if (surplus === null) return false;
      await Promise.all(surplus.map((old) => store.end(old, userId, 'surplus')));
      return true;
    },
    async isOpen(id) {
      return (await redis.exists(keys.session(id))) === 1;
    },
    async list(userId) {
      const ids = await redis.zrange(keys.userSessions(userId), String(now()), '+inf', 'BYSCORE');
      const sessions = (await Promise.all(ids.map(read))).flat();
      return sessions.sort((a, b) => b.lastUsedAt - a.lastUsedAt);
    },
    async end(id, userId, reason, credentialsVersion) {
      const touched = [keys.session(id), keys.userSessions(userId), keys.endedSessions];
      const found = await endScript(touched, [id, userId, now(), ENDED_SESSION_KEPT_MS, credentialsVersion ?? '']);
      ended.add(found, { reason });
      return found === 1;
    },
    async endAll(userId, exceptId, credentialsVersion) {
      // First of all: whatever is opened after this has the new credentials, and whatever was before is in the list below.
      const least = credentialsVersion ?? Number.MAX_SAFE_INTEGER;
      await requireScript([keys.leastCredentials(userId)], [least, LEAST_CREDENTIALS_KEPT_MS]);
      if (exceptId !== undefined && credentialsVersion !== undefined) {
        await renewScript([keys.session(exceptId)], [userId, credentialsVersion]);
      }
      const ids = await redis.zrange(keys.userSessions(userId), '0', '-1');
      const others = ids.filter((id) => id !== exceptId);
      await Promise.all(others.map((id) => store.end(id, userId, 'account_changed', credentialsVersion)));
    },
  };
  return store;
}
