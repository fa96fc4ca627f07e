import type { Account, Role, UpdateUser, User } from '@evenkeel/contracts';
import { AppError } from '@evenkeel/errors';
import type { Caller } from '@evenkeel/tokens';

/** A user as it is kept, but for the password's hash. */
export interface StoredUser {
  id: string;
  email: string;
  name: string;
  roles: Role[];
  /** Counts what ends sessions: new passwords and lost roles. */
  credentialsVersion: number;
  /** Counts the changes. */
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

/** A user about to be kept. */
export interface NewUser {
  email: string;
  name: string;
  roles: readonly Role[];
  passwordHash: string;
}

/** The user as the API shows it. */
export function toUser(user: StoredUser): User {
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    roles: user.roles,
    created_at: user.createdAt.toISOString(),
    updated_at: user.updatedAt.toISOString(),
  };
}

/** The user as auth-service sees it. */
export function toAccount(user: StoredUser): Account {
  return { ...toUser(user), credentials_version: user.credentialsVersion };
}

/** The strong entity tag of a user's present state (RFC 9110, section 8.8.3). */
export function entityTag(user: StoredUser): string {
  return `"${String(user.version)}"`;
}

export function isAdmin(user: { roles: readonly Role[] }): boolean {
  return user.roles.includes('admin');
}

/** Users may see and change themselves, administrators all users. The response does not depend on who exists. */
export function allowSelfOrAdmin(caller: Caller, id: string): void {
  if (caller.userId === id || isAdmin(caller)) return;
  throw new AppError('forbidden', 'Only an administrator may do this to another user.');
}

/** Users cannot make themselves administrators. */
export function allowUpdate(caller: Caller, id: string, changes: UpdateUser): void {
  allowSelfOrAdmin(caller, id);
  if (changes.roles !== undefined && !isAdmin(caller))
    throw new AppError('forbidden', 'Only an administrator may change roles.');
}

/** Roles as a set, in one order. */
export function distinctRoles(roles: readonly Role[]): Role[] {
  return [...new Set(roles)].sort();
}
