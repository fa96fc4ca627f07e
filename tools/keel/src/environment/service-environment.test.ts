import type { Service } from '@evenkeel/stack';
import { expect, it } from 'vitest';
import { serviceEnvironment, type Surroundings } from './service-environment.ts';

const service = (
  name: string,
  port: number,
  dependsOn: string[],
  calls: string[],
  more: Partial<Service>,
): Service => ({
  name,
  port,
  adminPort: port + 1000,
  debugPort: port + 2000,
  dependsOn,
  calls,
  restartPolicy: 'parallel',
  secrets: [],
  grants: [],
  scopes: [],
  ...more,
});
const shop = service('web-shop', 8082, ['postgres'], ['job-worker'], { database: 'people' });
const jobs = service('job-worker', 8081, ['redis'], ['web-shop'], {});

const around: Surroundings = {
  stack: { services: [shop, jobs], backing: [], sidecars: [], checks: { port: 9070 }, observability: [] },
  stores: { postgres: 5000, redis: 6000 },
  secretFile: (name) => `/secrets/${name}`,
  inherited: {},
  coverageSummary: '/clone/coverage.json',
  envFile: '/clone/.env',
  inEnvFile: new Set(),
};

it('wires a service to what it depends on and calls, and to nothing else', () => {
  expect(serviceEnvironment(shop, around)).toEqual({
    ENV_FILE: '/clone/.env',
    OTEL_SERVICE_NAME: 'web-shop',
    COVERAGE_SUMMARY: '/clone/coverage.json',
    PORT: '8082',
    ADMIN_PORT: '9082',
    JOB_WORKER_URL: 'http://127.0.0.1:8081',
    DATABASE_URL: 'postgres://web_shop@127.0.0.1:5000/people',
    DATABASE_PASSWORD_FILE: '/secrets/database_password',
  });
});

it('does not let the shell of a developer change ports or passwords of the stores', () => {
  const inherited = { PORT: '3000', REDIS_PASSWORD: 'other', LOG_LEVEL: 'debug', ENV_FILE: '/else/.env' };
  expect(serviceEnvironment(jobs, { ...around, inherited })).toEqual({
    ENV_FILE: '/else/.env',
    LOG_LEVEL: 'debug',
    OTEL_SERVICE_NAME: 'job-worker',
    COVERAGE_SUMMARY: '/clone/coverage.json',
    PORT: '8081',
    ADMIN_PORT: '9081',
    WEB_SHOP_URL: 'http://127.0.0.1:8082',
    REDIS_URL: 'redis://127.0.0.1:6000/0',
    REDIS_PASSWORD_FILE: '/secrets/redis_password',
  });
});

it('gives a service the generated secrets that are its own, unless they are set', () => {
  const owner: Service = { ...jobs, secrets: ['signing_keys', 'admin_password'] };
  expect(serviceEnvironment(owner, around)).toMatchObject({
    SIGNING_KEYS_FILE: '/secrets/signing_keys.json',
    ADMIN_PASSWORD_FILE: '/secrets/admin_password',
    ADMIN_EMAIL: 'admin@evenkeel.local',
  });
  const inEnvFile = new Set(['ADMIN_PASSWORD', 'SIGNING_KEYS_FILE', 'ADMIN_EMAIL']);
  const set = serviceEnvironment(owner, { ...around, inEnvFile });
  expect(Object.keys(set).filter((name) => /ADMIN_[EP][A]?[MAS]|SIGNING/.test(name))).toEqual([]);
});

it('keeps the name in telemetry and the coverage report that are set', () => {
  const inherited = { OTEL_SERVICE_NAME: 'mine', COVERAGE_SUMMARY: '' };
  expect(serviceEnvironment(shop, { ...around, inherited })).toMatchObject({
    OTEL_SERVICE_NAME: 'mine',
    COVERAGE_SUMMARY: '/clone/coverage.json',
  });
  const inEnvFile = new Set(['OTEL_SERVICE_NAME', 'COVERAGE_SUMMARY']);
  const set = serviceEnvironment(shop, { ...around, inEnvFile });
  expect(set['OTEL_SERVICE_NAME']).toBe('web-shop');
  expect(set).not.toHaveProperty('COVERAGE_SUMMARY');
});
