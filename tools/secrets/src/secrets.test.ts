import { createPrivateKey } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ensureSecrets } from './secrets.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'keel-secrets-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const clients = { a: ['things:read'] };

it('makes each secret once, readable by its owner only', async () => {
  const [first, second] = await Promise.all([ensureSecrets(folder, clients), ensureSecrets(folder, clients)]);
  const third = await ensureSecrets(folder, clients);
  expect(new Set([first, second, third].map(({ databasePassword }) => databasePassword)).size).toBe(1);
  expect(new Set([first.databasePassword, first.redisPassword, first.postgresPassword]).size).toBe(3);
  const names = await readdir(folder);
  expect(names).toHaveLength(7);
  for (const name of names) expect((await stat(join(folder, name))).mode & 0o777, name).toBe(0o600);
});

it('follows the services that ask for tokens, and their scopes', async () => {
  await ensureSecrets(folder, clients);
  const { file } = await ensureSecrets(folder, { a: [], b: ['things:read', 'things:end'] });
  const secret = (await readFile(file('service_client_secret'), 'utf8')).trim();
  expect(JSON.parse(await readFile(file('service_clients.json'), 'utf8'))).toEqual({
    a: { secrets: [secret], scopes: [] },
    b: { secrets: [secret], scopes: ['things:read', 'things:end'] },
  });
});

it('makes a signing key of 2048 bits that is marked for signing only', async () => {
  const { file } = await ensureSecrets(folder, {});
  const { active, keys } = JSON.parse(await readFile(file('signing_keys.json'), 'utf8'));
  expect(keys).toHaveLength(1);
  expect(keys[0]).toMatchObject({ kid: active, kty: 'RSA', alg: 'RS256', use: 'sig', key_ops: ['sign'] });
  const key = createPrivateKey({ key: keys[0], format: 'jwk' });
  expect(key.asymmetricKeyDetails?.modulusLength).toBe(2048);
});
