import { createHash, randomUUID } from 'node:crypto';
import type { Scope } from '@evenkeel/contracts';
import { itKeepsItsDescription } from '@evenkeel/testing';
import type { PasswordHasher } from '../src/password-hasher.ts';
import { bootService, PASSWORD } from './service-under-test.ts';

// What a hash costs would be most of the time that these requests take, and is no part of what they look for.
const hasher: PasswordHasher = {
  hash: (password) => Promise.resolve(digest(password)),
  verify: (password, hash) => Promise.resolve(hash === digest(password)),
};
const digest = (password: string) => createHash('sha256').update(password).digest('base64');

async function boot() {
  const service = await bootService({ hasher });
  const { keys, addUser } = service;
  const admins = await Promise.all(Array.from({ length: 10 }, () => addUser(['admin'])));
  const users = await Promise.all(Array.from({ length: 30 }, () => addUser()));
  const tokenOf = ({ id, roles }: (typeof users)[number]) => keys.userToken({ sub: id, sid: randomUUID(), roles });
  const ordinary = users.map(tokenOf);
  const services = (scope: Scope) => [keys.serviceToken(scope)];
  const page = await service.send('GET', '/users?limit=1', { as: admins[0] as (typeof admins)[number] });

  return {
    service,
    url: service.url,
    description: service.openapi(),
    tokens: ({ scheme, needs }: { scheme: string; needs: readonly string[] }) => {
      if (scheme === 'service')
        return { right: services(needs[0] as Scope), wrong: [...services('sessions:end'), ...ordinary] };
      const right = needs.includes('admin') ? [] : ordinary.slice(0, 5);
      return {
        right: [...right, ...admins.map(tokenOf)],
        wrong: [...services('users:read'), ...(needs.length > 0 ? ordinary : [])],
      };
    },
    examples: {
      id: users.map(({ id }) => id),
      email: users.map(({ email }) => email),
      password: [PASSWORD],
      current_password: [PASSWORD],
      cursor: [page.body['next_cursor']],
      'If-Match': ['*', '"1"'],
      'If-None-Match': ['"1"'],
    },
  };
}

itKeepsItsDescription({
  boot,
  requests: 1_100,
  succeeding: [
    'DELETE /users/{id}',
    'GET /internal/users/{id}',
    'GET /users',
    'GET /users/me',
    'GET /users/{id}',
    'PATCH /users/{id}',
    'POST /internal/credentials/verify',
    'POST /internal/users',
    'POST /users',
    'POST /users/me/password',
  ],
});
