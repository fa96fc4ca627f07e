/** How long an access token is valid, in seconds. */
export const ACCESS_TOKEN_LIFETIME_S = 600;

/**
 * A sorted set in Redis: ids of sessions by when they ended, in milliseconds since the epoch. auth-service writes it, the
 * gateways read it and refuse the access tokens of these sessions.
 */
export const ENDED_SESSIONS_KEY = 'auth:ended-sessions';

/**
 * How long an ended session is remembered, in milliseconds: as long as its access tokens would be accepted, with the
 * tolerance of every verifier's clock.
 */
export const ENDED_SESSION_KEPT_MS = (ACCESS_TOKEN_LIFETIME_S + 60) * 1000;
