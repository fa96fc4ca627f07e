import { readFileSync } from 'node:fs';
import { readConfig } from '@evenkeel/config';
import { ACCESS_TOKEN_LIFETIME_S, clientSecretSchema, newPasswordSchema } from '@evenkeel/contracts';
import { generateSigningKey } from '@evenkeel/tokens/testing';
import { expect, it } from 'vitest';
import { configSchema, type Config } from './config.ts';
import { REUSE_GRACE_MS } from './refresh-token.ts';
import { SERVICE_TOKEN_LIFETIME_S } from './service-token.ts';
import { MAX_SESSIONS } from './session.ts';
import { KEPT_MS, MAX_NETWORKS } from './store/known-network.ts';

const url = new URL('../../../docs/guides/security.md', import.meta.url);
const guide = readFileSync(url, 'utf8').replaceAll(/\s+/g, ' ');

function defaults(): Config {
  const result = readConfig(configSchema, {
    PORT: '0',
    ADMIN_PORT: '0',
    REDIS_PASSWORD: 'x',
    USER_SERVICE_URL: 'http://127.0.0.1',
    SIGNING_KEYS: JSON.stringify({ active: 'a', keys: [generateSigningKey('a')] }),
    SERVICE_CLIENTS: '{}',
  });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}
const config = defaults();
const minutes = (seconds: number) => String(seconds / 60);

it.each([
  `${minutes(ACCESS_TOKEN_LIFETIME_S)} minutes, or until the session ends`,
  `Wait ${minutes(ACCESS_TOKEN_LIFETIME_S)} minutes, until the last token of the old key has expired`,
  `unused for ${String(config.SESSION_IDLE_DAYS)} days`,
  `call the operations of one scope on another service | ${String(SERVICE_TOKEN_LIFETIME_S)} seconds`,
  `Reuse within ${String(REUSE_GRACE_MS / 1000)} seconds is rejected`,
  `at most ${String(MAX_SESSIONS)} sessions`,
  `for ${String(KEPT_MS / 86_400_000)} days after a sign-in`,
  `the last ${String(MAX_NETWORKS)} networks`,
  `after ${String(config.LOGIN_ACCOUNT_RATE.points)} wrong passwords, for at most an hour`,
  `after ${String(config.LOGIN_ACCOUNT_ADDRESS_RATE.points)} wrong passwords, for at most ${minutes(config.LOGIN_ACCOUNT_ADDRESS_RATE.seconds)} minutes`,
])('the security guide says: %s', (sentence) => {
  expect(guide).toContain(sentence);
});

it('the security guide lists every limit, and no other', () => {
  const rates = Object.entries(config).filter(([name]) => name.endsWith('_RATE'));
  const listed = [...guide.matchAll(/\| `(\w+_RATE)` +\| `(\d+\/\d+)` +\|/g)].map(([, name, rate]) => [name, rate]);
  const expected = rates.map(([name, rate]) => {
    const { points, seconds } = rate as Config['LOGIN_ACCOUNT_RATE'];
    return [name, `${String(points)}/${String(seconds)}`];
  });
  expect(listed.sort()).toEqual(expected.sort());
  expect(config.LOGIN_ACCOUNT_RATE.seconds).toBe(3600);
});

it('the security guide has the lengths of passwords and client secrets', () => {
  const taken = (schema: typeof newPasswordSchema | typeof clientSecretSchema) =>
    Array.from({ length: 200 }, (_, length) => length).filter((length) => schema.safeParse('x'.repeat(length)).success);
  const passwords = taken(newPasswordSchema);
  expect(guide).toContain(`Passwords have ${String(passwords[0])} to ${String(passwords.at(-1))} characters`);
  expect(guide).toContain(`client secret (${String(taken(clientSecretSchema)[0])} characters)`);
});
