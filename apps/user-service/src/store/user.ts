import { randomUUID } from 'node:crypto';
import type { UpdateUser } from '@evenkeel/contracts';
import { AppError } from '@evenkeel/errors';
import type { NewUser, StoredUser } from '../user.ts';
import type { Query } from './connection.ts';
import { violatesUnique } from './database-error.ts';
import { toStored, userColumns, type UserRow } from './user-row.ts';

/** Where a page begins: after this user, in the order of creation. */
export interface Position {
  createdAt: Date;
  id: string;
}

/** At most `limit` users in a stable order. */
export async function listUsers(query: Query, limit: number, after?: Position): Promise<StoredUser[]> {
  const rows = await query<UserRow>(
    `SELECT ${userColumns} FROM users
     WHERE $1::timestamptz IS NULL OR (created_at, id) > ($1::timestamptz, $2::uuid)
     ORDER BY created_at, id LIMIT $3`,
    [after?.createdAt ?? null, after?.id ?? null, limit],
  );
  return rows.map(toStored);
}

export async function findUser(query: Query, id: string): Promise<StoredUser | undefined> {
  return one(await query<UserRow>(`SELECT ${userColumns} FROM users WHERE id = $1`, [id]));
}

/**
 * Those of the users who exist, locked until the transaction ends. They are always locked in the
 * same order: of two transactions that lock the same users one waits, and never each for the other.
 */
export async function lockUsers(query: Query, ids: readonly string[]): Promise<StoredUser[]> {
  const rows = await query<UserRow>(`SELECT ${userColumns} FROM users WHERE id = ANY ($1) ORDER BY id FOR UPDATE`, [
    ids,
  ]);
  return rows.map(toStored);
}

/** Throws `email_taken`. */
export async function insertUser(query: Query, user: NewUser): Promise<StoredUser> {
  return keepingEmailsUnique(() =>
    query<UserRow>(
      `INSERT INTO users (id, email, name, roles, password_hash) VALUES ($1, $2, $3, $4, $5) RETURNING ${userColumns}`,
      [randomUUID(), user.email, user.name, user.roles, user.passwordHash],
    ),
  );
}

/** Throws `email_taken`. The user must exist, so lock it before. Losing a role means new credentials: sessions end. */
export async function updateUser(query: Query, id: string, changes: UpdateUser): Promise<StoredUser> {
  return keepingEmailsUnique(() =>
    query<UserRow>(
      `UPDATE users SET email = coalesce($2, email), name = coalesce($3, name), roles = coalesce($4, roles),
              credentials_version = credentials_version + CASE WHEN roles <@ coalesce($4, roles) THEN 0 ELSE 1 END,
              version = version + 1, updated_at = now()
       WHERE id = $1 RETURNING ${userColumns}`,
      [id, changes.email ?? null, changes.name ?? null, changes.roles ?? null],
    ),
  );
}

export async function deleteUser(query: Query, id: string): Promise<void> {
  await query('DELETE FROM users WHERE id = $1', [id]);
}

async function keepingEmailsUnique(change: () => Promise<UserRow[]>): Promise<StoredUser> {
  try {
    return toStored((await change())[0] as UserRow);
  } catch (error) {
    if (violatesUnique(error, 'users_email_key')) throw new AppError('email_taken', 'This email is already in use.');
    throw error;
  }
}

function one(rows: UserRow[]): StoredUser | undefined {
  return rows[0] === undefined ? undefined : toStored(rows[0]);
}
