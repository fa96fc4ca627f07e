import { expect, it } from 'vitest';
import { findServiceClient, type ServiceClients } from './service-client.ts';

const clients: ServiceClients = {
  'user-service': { secrets: ['its secret', 'the one before'], scopes: ['sessions:end'] },
  empty: { secrets: [''], scopes: [] },
};

it('knows a client by each of its secrets, and by no other', () => {
  for (const secret of ['its secret', 'the one before']) {
    expect(findServiceClient(clients, 'user-service', secret)).toBe(clients['user-service']);
    expect(findServiceClient(clients, 'empty', secret)).toBeUndefined();
  }
  expect(findServiceClient(clients, 'user-service', 'its secreT')).toBeUndefined();
  expect(findServiceClient(clients, 'user-service', '')).toBeUndefined();
});

it('knows no client that is not configured, not even by an empty secret', () => {
  for (const name of ['nobody', 'constructor', '__proto__', 'toString']) {
    expect(findServiceClient(clients, name, '')).toBeUndefined();
  }
});
