import { AppError } from '@evenkeel/errors';
import { isAdmin, type StoredUser } from '../user.ts';
import type { Query } from './connection.ts';

export async function hasAdmin(query: Query): Promise<boolean> {
  return (await query(`SELECT FROM users WHERE 'admin' = ANY (roles) LIMIT 1`)).length > 0;
}

/**
 * Throws `conflict` when the user is the last administrator, who must stay. The caller waits for the transactions
 * of those who came before: two administrators who remove each other at once must not both be let through.
 */
export async function keepAnAdmin(query: Query, leaving: StoredUser): Promise<void> {
  if (!isAdmin(leaving)) return;
  await query(`SELECT pg_advisory_xact_lock(hashtext('users: the last administrator'))`);
  const others = await query(`SELECT FROM users WHERE 'admin' = ANY (roles) AND id <> $1 LIMIT 1`, [leaving.id]);
  if (others.length === 0)
    throw new AppError('conflict', 'This is the last administrator. Give the role to another user first.');
}
