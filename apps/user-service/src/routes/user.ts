import {
  createUserSchema,
  idSchema,
  updateUserSchema,
  userPageQuerySchema,
  userPageSchema,
  userSchema,
} from '@evenkeel/contracts';
import { AppError } from '@evenkeel/errors';
import { endpoint, type Endpoint, type Reply } from '@evenkeel/service';
import { requireRole, createUserGuard } from '@evenkeel/tokens';
import { z } from 'zod';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import type { Dependencies } from '../dependencies.ts';
import { checkIfMatch, isNotModified } from '../entity-tag.ts';
import { keepAnAdmin } from '../store/admin.ts';
import type { Query } from '../store/connection.ts';
import { holdCaller, lockWithCaller, presentCaller } from '../store/caller.ts';
import { deleteUser, findUser, insertUser, listUsers, updateUser } from '../store/user.ts';
import { allowSelfOrAdmin, allowUpdate, distinctRoles, entityTag, isAdmin, toUser, type StoredUser } from '../user.ts';
import { changedMeanwhile, confirmPassword } from './current-password.ts';
import { idempotent } from './idempotency-key.ts';
import { idempotencyKey, ifMatch, ifNoneMatch } from './request-headers.ts';
import { createSelfOrAdminGuard } from './self-or-admin.ts';

const params = z.object({ id: idSchema });

export function createUserRoutes(dependencies: Dependencies): Endpoint[] {
  const { database, hasher, networkOf, policy, sessions } = dependencies;
  const administrators = createUserGuard(dependencies.verifier, 'admin');
  const guard = createSelfOrAdminGuard(dependencies.verifier);

  const list = endpoint(
    {
      method: 'get',
      path: '/users',
      summary: 'All users, oldest first, in pages (administrators)',
      guard: administrators,
      query: userPageQuerySchema,
      responses: { 200: userPageSchema },
      errors: ['timeout'],
    },
    async ({ caller, query: { limit, cursor }, signal }) => {
      const after = cursor === undefined ? undefined : decodeCursor(cursor);
      // One more than requested shows whether there is another page.
      const users = await database.transaction(async (query) => {
        requireRole(await holdCaller(query, caller), 'admin');
        return listUsers(query, limit + 1, after);
      }, signal);
      const items = users.slice(0, limit);
      const last = items.at(-1);
      const next = users.length > limit && last !== undefined ? { next_cursor: encodeCursor(last) } : {};
      return { status: 200, body: { items: items.map(toUser), ...next } };
    },
  );

  const create = endpoint(
    {
      method: 'post',
      path: '/users',
      summary: 'Create a user (administrators); honours Idempotency-Key',
      guard: administrators,
      headers: idempotencyKey,
      body: createUserSchema,
      responses: { 201: userSchema },
      responseHeaders: { 201: ['ETag', 'Location', 'Idempotency-Replayed'] },
      errors: ['email_taken', 'conflict', 'idempotency_key_reused', 'timeout'],
    },
    async ({ caller, body, request, signal }) => {
      const turn = { client: networkOf(request), signal };
      // Before the work that costs something, or repeats a response; it counts in the transaction.
      requireRole(await presentCaller(database.query, caller), 'admin');
      return idempotent(dependencies, {
        request,
        callerId: caller.userId,
        turn,
        body,
        async prepare() {
          await policy.check(body.password, body.email, 'password');
          return hasher.hash(body.password, turn);
        },
        async commit(query, passwordHash) {
          requireRole(await holdCaller(query, caller), 'admin');
          const { email, name } = body;
          const user = await insertUser(query, { email, name, roles: distinctRoles(body.roles), passwordHash });
          return shown(user, 201, { location: `/users/${user.id}` });
        },
      });
    },
  );

  const read = endpoint(
    {
      method: 'get',
      path: '/users/:id',
      summary: 'A user (self or administrators); honours If-None-Match',
      guard,
      params,
      headers: ifNoneMatch,
      responses: { 200: userSchema, 304: null },
      responseHeaders: { 200: ['ETag'], 304: ['ETag'] },
      errors: ['not_found', 'timeout'],
    },
    async ({ caller, params: { id }, request, signal }) => {
      const byRole = async (query: Query) => {
        requireRole(await holdCaller(query, caller), 'admin');
        return findUser(query, id);
      };
      const isSelf = caller.userId === id;
      const user = found(await (isSelf ? findUser(database.query, id) : database.transaction(byRole, signal)));
      if (isNotModified(request.get('if-none-match'), entityTag(user)))
        return { status: 304, headers: { etag: entityTag(user) } };
      return shown(user, 200);
    },
  );

  const update = endpoint(
    {
      method: 'patch',
      path: '/users/:id',
      summary:
        'Change a user (self or administrators; roles: administrators; own email: with the password); honours If-Match',
      guard,
      params,
      headers: ifMatch,
      body: updateUserSchema,
      responses: { 200: userSchema },
      responseHeaders: { 200: ['ETag'], 412: ['ETag'] },
      errors: ['not_found', 'email_taken', 'conflict', 'precondition_failed', 'rate_limited', 'bad_gateway', 'timeout'],
    },
    async ({ caller, params: { id }, body, request, signal }) => {
      const { current_password: password, ...wanted } = body;
      const changes = wanted.roles === undefined ? wanted : { ...wanted, roles: distinctRoles(wanted.roles) };
      const { email } = changes;
      const confirmed =
        caller.userId === id && email !== undefined
          ? await confirmPassword(dependencies, { caller, request, signal, password, newEmail: email })
          : undefined;
      const { before, user } = await database.transaction(async (query) => {
        const locked = await lockWithCaller(query, caller, id);
        allowUpdate(locked.caller, id, changes);
        const before = found(locked.user);
        checkIfMatch(request.get('if-match'), entityTag(before));
        if (confirmed !== undefined && confirmed.credentials_version !== before.credentialsVersion)
          throw changedMeanwhile();
        if (changes.roles !== undefined && !isAdmin({ roles: changes.roles })) await keepAnAdmin(query, before);
        return { before, user: await updateUser(query, id, changes) };
      }, signal);
      const { credentialsVersion } = user;
      if (credentialsVersion !== before.credentialsVersion)
        await sessions.end({ user_id: id, credentials_version: credentialsVersion });
      return shown(user, 200);
    },
  );

  const remove = endpoint(
    {
      method: 'delete',
      path: '/users/:id',
      summary: 'Delete a user and end their sessions (self or administrators); honours If-Match',
      guard,
      params,
      headers: ifMatch,
      responses: { 204: null },
      responseHeaders: { 412: ['ETag'] },
      errors: ['not_found', 'conflict', 'precondition_failed', 'timeout'],
    },
    async ({ caller, params: { id }, request, signal }) => {
      await database.transaction(async (query) => {
        const locked = await lockWithCaller(query, caller, id);
        allowSelfOrAdmin(locked.caller, id);
        const current = found(locked.user);
        checkIfMatch(request.get('if-match'), entityTag(current));
        await keepAnAdmin(query, current);
        await deleteUser(query, id);
      }, signal);
      await sessions.end({ user_id: id });
      return { status: 204 };
    },
  );

  return [list, create, read, update, remove];
}

function found(user: StoredUser | undefined): StoredUser {
  if (user === undefined) throw new AppError('not_found', 'No such user.');
  return user;
}

function shown(user: StoredUser, status: number, headers: Record<string, string> = {}): Reply {
  return { status, body: toUser(user), headers: { etag: entityTag(user), ...headers } };
}
