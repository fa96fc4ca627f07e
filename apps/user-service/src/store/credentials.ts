import type { Account } from '@evenkeel/contracts';
import { toStored, userColumns, type UserRow } from './user-row.ts';
import type { StoredUser } from '../user.ts';
import type { Query } from './connection.ts';

export interface Credentials {
  user: StoredUser;
  passwordHash: string;
}

export async function findCredentialsByEmail(query: Query, email: string): Promise<Credentials | undefined> {
  return find(await query(`SELECT ${userColumns}, password_hash FROM users WHERE email = $1`, [email]));
}

/** Whether the password was replaced: not when the credentials are others by now than those of `account`. */
export async function replacePassword(query: Query, account: Account, passwordHash: string): Promise<boolean> {
  const rows = await query(
    `UPDATE users SET password_hash = $3, credentials_version = credentials_version + 1,
            version = version + 1, updated_at = now()
     WHERE id = $1 AND credentials_version = $2 RETURNING id`,
    [account.id, account.credentials_version, passwordHash],
  );
  return rows.length > 0;
}

function find([row]: (UserRow & { password_hash: string })[]): Credentials | undefined {
  return row === undefined ? undefined : { user: toStored(row), passwordHash: row.password_hash };
}
