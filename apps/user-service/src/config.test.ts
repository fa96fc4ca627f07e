import { readConfig } from '@evenkeel/config';
import { expect, it } from 'vitest';
import { configSchema } from './config.ts';

const complete = {
  PORT: '8082',
  ADMIN_PORT: '9082',
  DATABASE_URL: 'postgres://user_service@127.0.0.1:5432/users',
  DATABASE_PASSWORD: 'secret',
  AUTH_SERVICE_URL: 'http://127.0.0.1:8081',
  SERVICE_CLIENT_SECRET: 'a secret of user-service for tests',
};
const problemsOf = (env: Record<string, string>) => {
  const result = readConfig(configSchema, env);
  return result.ok ? [] : result.problems.map(({ variable }) => variable).sort();
};

it('needs what has no default, and nothing else', () => {
  expect(problemsOf(complete)).toEqual([]);
  expect(problemsOf({})).toEqual(Object.keys(complete).sort());
});

it('takes the first administrator whole or not at all', () => {
  expect(problemsOf({ ...complete, ADMIN_EMAIL: 'a@example.com' })).toEqual(['ADMIN_PASSWORD']);
  expect(problemsOf({ ...complete, ADMIN_PASSWORD: 'correct horse' })).toEqual(['ADMIN_EMAIL']);
  expect(problemsOf({ ...complete, ADMIN_EMAIL: 'a@example.com', ADMIN_PASSWORD: 'correct horse' })).toEqual([]);
  expect(problemsOf({ ...complete, ADMIN_EMAIL: 'a@example.com', ADMIN_PASSWORD: 'short' })).toEqual([
    'ADMIN_PASSWORD',
  ]);
});

it('refuses a secret of fewer than 32 characters', () => {
  expect(problemsOf({ ...complete, SERVICE_CLIENT_SECRET: 'x'.repeat(31) })).toEqual(['SERVICE_CLIENT_SECRET']);
  expect(problemsOf({ ...complete, SERVICE_CLIENT_SECRET: 'x'.repeat(32) })).toEqual([]);
});

it('refuses a database that is no PostgreSQL', () => {
  expect(problemsOf({ ...complete, DATABASE_URL: 'mysql://127.0.0.1/users' })).toEqual(['DATABASE_URL']);
});
