import type { Role } from '@evenkeel/contracts';
import type { StoredUser } from '../user.ts';

/** A row of `users` as `userColumns` selects it. */
export interface UserRow {
  id: string;
  email: string;
  name: string;
  roles: Role[];
  credentials_version: number;
  version: number;
  created_at: Date;
  updated_at: Date;
}

export const userColumns = 'id, email, name, roles, credentials_version, version, created_at, updated_at';

export function toStored(row: UserRow): StoredUser {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    roles: row.roles,
    credentialsVersion: row.credentials_version,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
