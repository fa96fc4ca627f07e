import { AppError } from '@evenkeel/errors';
import type { Reply } from '@evenkeel/service';
import type { Query } from './connection.ts';
import { isLockTimeout } from './database-error.ts';

/** A request that was carried out under a key, and its response. */
export interface KeptAnswer {
  requestHash: string;
  reply: Reply;
}

export interface KeyOfCaller {
  callerId: string;
  key: string;
}

interface Row {
  request_hash: string;
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

const LIFETIME = '24 hours';

export async function findAnswer(query: Query, { callerId, key }: KeyOfCaller): Promise<KeptAnswer | undefined> {
  const [row] = await query<Row>(
    `SELECT request_hash, status, headers, body FROM idempotency_keys
     WHERE caller_id = $1 AND key = $2 AND expires_at > now()`,
    [callerId, key],
  );
  if (row === undefined) return undefined;
  const { status, headers, body } = row;
  return { requestHash: row.request_hash, reply: { status, headers, ...(body === null ? {} : { body }) } };
}

/**
 * Claims the key for the transaction: other claims wait until that ends. `false` when it was used
 * within the last 24 hours; throws `conflict` when the wait gets too long. Expired keys, of anybody, are swept up in passing.
 */
export async function claimKey(query: Query, { callerId, key }: KeyOfCaller, requestHash: string): Promise<boolean> {
  await query(
    `DELETE FROM idempotency_keys WHERE (caller_id, key) IN (
       SELECT caller_id, key FROM idempotency_keys WHERE expires_at < now()
       ORDER BY expires_at LIMIT 10 FOR UPDATE SKIP LOCKED)`,
  );
  const claim = query(
    `INSERT INTO idempotency_keys AS kept (caller_id, key, request_hash, expires_at)
     VALUES ($1, $2, $3, now() + interval '${LIFETIME}')
     ON CONFLICT (caller_id, key) DO UPDATE
       SET request_hash = excluded.request_hash, expires_at = excluded.expires_at
       WHERE kept.expires_at <= now()
     RETURNING key`,
    [callerId, key, requestHash],
  );
  const rows = await claim.catch((error: unknown) => {
    if (!isLockTimeout(error)) throw error;
    throw new AppError('conflict', 'The first request with this Idempotency-Key is still running.', { cause: error });
  });
  return rows.length > 0;
}

/** Keeps the response with the key that this transaction claimed. */
export async function keepAnswer(query: Query, { callerId, key }: KeyOfCaller, reply: Reply): Promise<void> {
  await query('UPDATE idempotency_keys SET status = $3, headers = $4, body = $5 WHERE caller_id = $1 AND key = $2', [
    callerId,
    key,
    reply.status,
    JSON.stringify(reply.headers ?? {}),
    reply.body === undefined ? null : JSON.stringify(reply.body),
  ]);
}
