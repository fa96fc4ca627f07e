import { expect, it } from 'vitest';
import { isClientSecret, mayHave } from './service-client.ts';

const clients = { 'user-service': 'its secret', empty: '' };

it('knows a client by its secret', () => {
  expect(isClientSecret(clients, 'user-service', 'its secret')).toBe(true);
  expect(isClientSecret(clients, 'user-service', 'its secreT')).toBe(false);
  expect(isClientSecret(clients, 'user-service', '')).toBe(false);
});

it('knows no client that is not configured, not even by an empty secret', () => {
  for (const name of ['nobody', 'constructor', '__proto__', 'toString']) {
    expect(isClientSecret(clients, name, '')).toBe(false);
    expect(mayHave(name, 'sessions:end')).toBe(false);
  }
});

it('gives each the scopes that it needs', () => {
  expect(mayHave('user-service', 'sessions:end')).toBe(true);
  expect(mayHave('user-service', 'credentials:confirm')).toBe(true);
  expect(mayHave('user-service', 'credentials:verify')).toBe(false);
});
