import { expect, test } from 'vitest';
import type { Service, Stack } from '../stack.ts';
import { connectionsOf, databasesOf } from './connections.ts';
import { secretVariables } from './generated-secrets.ts';
import { secretsNeeded } from './secrets-needed.ts';
import { upstreamsSource } from './upstreams-source.ts';

const service = (name: string, port: number, more: Partial<Service>): Service => ({
  ...{ name, port, adminPort: port + 1000, debugPort: port + 2000, restartPolicy: 'parallel' },
  ...{ dependsOn: [], calls: [], secrets: [], grants: [], scopes: [], ...more },
});
const door = service('door', 8000, { dependsOn: ['order-lines'], calls: ['issuer', 'redis'] });
const orderLines = service('order-lines', 8001, {
  dependsOn: ['postgres'],
  calls: ['issuer'],
  database: 'orders',
  secrets: ['service_client_secret', 'admin_password'],
  scopes: ['sessions:end'],
});
const issuer = service('issuer', 8002, {
  secrets: ['signing_keys', 'service_clients'],
  grants: ['sessions:end'],
});
const stack: Stack = {
  services: [door, orderLines, issuer],
  backing: ['postgres', 'redis', 'files'].map((name, index) => ({ name, image: `${name}:1`, port: 5000 + index })),
  sidecars: [],
  checks: { port: 9070 },
  observability: [],
};
const places = { address: (name: string) => `${name}.test:1`, secretFile: (file: string) => `/secrets/${file}` };

test('a service is connected to what it depends on and calls, and to nothing else', () => {
  expect(connectionsOf(stack, door, places)).toEqual({
    ORDER_LINES_URL: 'http://order-lines.test:1',
    ISSUER_URL: 'http://issuer.test:1',
    REDIS_URL: 'redis://redis.test:1/0',
    REDIS_PASSWORD_FILE: '/secrets/redis_password',
  });
  expect(connectionsOf(stack, orderLines, places)).toEqual({
    ISSUER_URL: 'http://issuer.test:1',
    DATABASE_URL: 'postgres://order_lines@postgres.test:1/orders',
    DATABASE_PASSWORD_FILE: '/secrets/database_password',
  });
  expect(connectionsOf(stack, issuer, places)).toEqual({});
});

test('each database belongs to the role of its service', () => {
  expect(databasesOf(stack)).toEqual([{ role: 'order_lines', database: 'orders' }]);
});

test('a service has its own secrets', () => {
  expect(secretVariables(issuer, places.secretFile)).toEqual({
    SIGNING_KEYS_FILE: '/secrets/signing_keys.json',
    SERVICE_CLIENTS_FILE: '/secrets/service_clients.json',
  });
  expect(secretVariables(orderLines, places.secretFile)).toEqual({
    SERVICE_CLIENT_SECRET_FILE: '/secrets/service_client_secret',
    ADMIN_PASSWORD_FILE: '/secrets/admin_password',
    ADMIN_EMAIL: 'admin@evenkeel.local',
  });
});

test('each container needs the passwords of its stores and its own secrets', () => {
  expect(secretsNeeded(stack)).toEqual({
    containers: {
      postgres: ['postgres_superuser_password', 'database_password'],
      redis: ['redis_password'],
      files: [],
      door: ['redis_password'],
      'order-lines': ['database_password', 'service_client_secret', 'admin_password'],
      issuer: ['signing_keys.json', 'service_clients.json'],
    },
    clients: { 'order-lines': ['sessions:end'] },
  });
});

test('upstreams are the services that are depended on or called', () => {
  expect(upstreamsSource(stack, door)).toContain(
    "export const upstreamVariables = {\n  'order-lines': 'ORDER_LINES_URL',\n  'issuer': 'ISSUER_URL',\n} as const;\n",
  );
});
