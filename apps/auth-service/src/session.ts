import type { Session } from '@evenkeel/contracts';

/** A user's oldest sessions end when there are more than this. */
export const MAX_SESSIONS = 100;

/** A session as it is kept. Times are milliseconds since the epoch. */
export interface StoredSession {
  id: string;
  userId: string;
  createdAt: number;
  lastUsedAt: number;
  userAgent: string;
}

/** A session as the API shows it to its user. */
export function showSession(session: StoredSession, currentId: string): Session {
  return {
    id: session.id,
    created_at: new Date(session.createdAt).toISOString(),
    last_used_at: new Date(session.lastUsedAt).toISOString(),
    ...(session.userAgent === '' ? {} : { user_agent: session.userAgent }),
    current: session.id === currentId,
  };
}

/** The part of a `User-Agent` that is kept, so that users can tell their sessions apart. */
export function shortUserAgent(header: string | undefined): string {
  return (header ?? '').slice(0, 200);
}
