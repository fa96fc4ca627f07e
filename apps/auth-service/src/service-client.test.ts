import { expect, it } from 'vitest';
import { findServiceClient, type ServiceClients } from './service-client.ts';

const clients: ServiceClients = {
  'user-service': { secret: 'its secret', scopes: ['sessions:end'] },
  empty: { secret: '', scopes: [] },
};

it('knows a client by its secret', () => {
  expect(findServiceClient(clients, 'user-service', 'its secret')).toBe(clients['user-service']);
  expect(findServiceClient(clients, 'user-service', 'its secreT')).toBeUndefined();
  expect(findServiceClient(clients, 'user-service', '')).toBeUndefined();
});

it('knows no client that is not configured, not even by an empty secret', () => {
  for (const name of ['nobody', 'constructor', '__proto__', 'toString']) {
    expect(findServiceClient(clients, name, '')).toBeUndefined();
  }
});
