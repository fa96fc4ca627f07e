import type { Scope } from '@evenkeel/contracts';
import { itHonoursItsContracts, type StateHandler } from '@evenkeel/testing/contracts';
import { SERVICE_NAME } from '../src/config.ts';
import type { Query } from '../src/store/connection.ts';
import { insertUser } from '../src/store/user.ts';
import { bootService, NEVER, PASSWORD } from './service-under-test.ts';

async function boot() {
  const service = await bootService();
  const { database, hasher, keys } = service;
  // Nothing listens there. It accepts the same tokens.
  const withoutStore = await bootService({
    database: { url: 'postgres://users@127.0.0.1:1/users', password: 'unused' },
    keys,
  });

  const usersAre = (users: (query: Query) => Promise<void>) =>
    database.transaction(async (query) => {
      await query('DELETE FROM users');
      await users(query);
    }, NEVER);
  const userExists: StateHandler = async ({ id, email = 'ada@example.com', password = PASSWORD }) => {
    const passwordHash = await hasher.hash(password, { client: '', signal: NEVER });
    await usersAre(async (query) => {
      const user = await insertUser(query, { email, name: 'Ada', roles: ['user'], passwordHash });
      if (id !== undefined) await query('UPDATE users SET id = $1 WHERE id = $2', [id, user.id]);
    });
  };
  return {
    app: service.app,
    tokenFor: (scope: string) => keys.serviceToken(scope as Scope),
    states: {
      'a user with this email exists': userExists,
      'a user with this id exists': userExists,
      'there are no users': () => usersAre(() => Promise.resolve()),
      'PostgreSQL is unavailable': () => withoutStore.app,
    },
    async [Symbol.asyncDispose]() {
      await withoutStore[Symbol.asyncDispose]();
      await service[Symbol.asyncDispose]();
    },
  };
}

await itHonoursItsContracts({ provider: SERVICE_NAME, env: process.env, boot });
