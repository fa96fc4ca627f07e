import type { Role } from '@evenkeel/contracts';
import { sessionEnded, type Caller } from '@evenkeel/tokens';
import type { StoredUser } from '../user.ts';
import type { Query } from './connection.ts';
import { lockUsers } from './user.ts';

const ROLES = 'SELECT roles FROM users WHERE id = $1';

/**
 * The caller with those roles of their token that they still have. Throws `invalid_token` when the caller does not exist any
 * more.
 */
export async function presentCaller(query: Query, caller: Caller): Promise<Caller> {
  return present(caller, await query<{ roles: Role[] }>(ROLES, [caller.userId]));
}

/** The same, and locks the roles until the transaction ends, so that they hold for all that it does. */
export async function holdCaller(query: Query, caller: Caller): Promise<Caller> {
  return present(caller, await query<{ roles: Role[] }>(`${ROLES} FOR SHARE`, [caller.userId]));
}

/** The same for a caller who changes a user, with both locked until the transaction ends. */
export async function lockWithCaller(
  query: Query,
  caller: Caller,
  id: string,
): Promise<{ caller: Caller; user: StoredUser | undefined }> {
  const users = await lockUsers(query, [caller.userId, id]);
  return {
    caller: present(
      caller,
      users.filter((user) => user.id === caller.userId),
    ),
    user: users.find((user) => user.id === id),
  };
}

function present(caller: Caller, [row]: readonly { roles: readonly Role[] }[]): Caller {
  if (row === undefined) throw sessionEnded();
  return { ...caller, roles: caller.roles.filter((role) => row.roles.includes(role)) };
}
