import { ENDED_SESSIONS_KEY } from '@evenkeel/contracts';

/**
 * Everything that auth-service keeps in Redis. Times are milliseconds since the epoch, hashes SHA-256; no token, password
 * or email is kept as it is.
 *
 * auth:session:<session id>          hash    user, version (of the credentials it was opened with), created, used, agent,
 *                                            family (hash of the secret in all its refresh tokens),
 *                                            current (hash of the one refresh token that is not spent).
 *                                            Expires when it was not used for SESSION_IDLE_DAYS.
 * auth:spent:<refresh token's hash>  string  when it was spent. Expires after a minute: a token of a session that is neither
 *                                            current nor remembered here was spent longer ago than the grace allows.
 * auth:user-sessions:<user id>       zset    session id -> when it expires.
 * auth:least-credentials:<user id>   string  version of the credentials that a session must have to be opened: those of older
 *                                            ones were ended. Expires after a day.
 * auth:ended-sessions                zset    session id -> when it ended. The gateways read it and refuse the access tokens
 *                                            of these sessions. Entries older than any access token are removed.
 * auth:known-networks:<account>      zset    network (hashed with the account) -> when the account signed in from there.
 * auth:limit:<limit>:<subject>       string  attempts within the current window. Expires with it.
 */
export const keys = {
  session: (id: string) => `auth:session:${id}`,
  spent: (tokenHash: string) => `auth:spent:${tokenHash}`,
  userSessions: (userId: string) => `auth:user-sessions:${userId}`,
  leastCredentials: (userId: string) => `auth:least-credentials:${userId}`,
  endedSessions: ENDED_SESSIONS_KEY,
  knownNetworks: (account: string) => `auth:known-networks:${account}`,
  limit: (name: string) => `auth:limit:${name}`,
};
