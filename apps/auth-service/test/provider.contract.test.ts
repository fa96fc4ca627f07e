import type { Scope } from '@evenkeel/contracts';
import { itHonoursItsContracts } from '@evenkeel/testing/contracts';
import { createTestKeys } from '@evenkeel/tokens/testing';
import { SERVICE_NAME } from '../src/config.ts';
import { bootService, CLIENT_SECRET, PASSWORD } from './service-under-test.ts';

const ATTEMPTS = 3;

async function boot() {
  const service = await bootService({ env: { LOGIN_ACCOUNT_ADDRESS_RATE: `${String(ATTEMPTS)}/300` } });
  // Nothing listens there.
  const withoutStore = await bootService({ redis: { url: 'redis://127.0.0.1:1', password: 'unused' } });
  const keys = createTestKeys();
  for (const each of [service, withoutStore]) each.setSigningKeys(JSON.parse(keys.signingKeys) as object);
  const clientSecrets = (secret: string) => {
    if (!service.setClientSecrets([CLIENT_SECRET, secret])) throw new Error('the secret was not accepted');
  };

  return {
    app: service.app,
    tokenFor: (scope: string) => keys.serviceToken(scope as Scope, 'user-service'),
    states: {
      async 'a user with this email exists'({ email = '', password = PASSWORD }) {
        await service.redis.flushdb();
        await service.post('/auth/register', { email, password, name: 'Ada' });
      },
      async 'the sign-in attempts of this email are used up'({ email = '' }) {
        const wrong = { email, password: 'wrong' };
        const headers = { forwarded: 'for=192.0.2.1' };
        for (let attempt = 0; attempt < ATTEMPTS; attempt++) await service.post('/auth/login', wrong, headers);
      },
      'this service may request tokens': ({ client_secret = '' }) => clientSecrets(client_secret),
      'Redis is unavailable': () => withoutStore.app,
    },
    async [Symbol.asyncDispose]() {
      await withoutStore[Symbol.asyncDispose]();
      await service[Symbol.asyncDispose]();
    },
  };
}

await itHonoursItsContracts({ provider: SERVICE_NAME, env: process.env, boot });
