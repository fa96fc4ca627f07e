import { chmod, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSigningKeys } from '@evenkeel/tokens';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { rotationSteps } from './rotate.ts';
import { RETIRED_KEPT_MS } from './rotation.ts';
import { ensureSecrets } from './secrets.ts';

const { publish, activate } = rotationSteps;
const clients = { a: ['things:read'], b: [] };
const NOW = Date.parse('2026-01-01T00:00:00Z');

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'keel-rotate-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const read = async (name: string) => (await readFile(join(folder, name), 'utf8')).trim();
const secretsOf = async (client: string) =>
  (JSON.parse(await read('service_clients.json')) as Record<string, { secrets: string[] }>)[client]?.secrets;

it('rotates the files of a folder, which the issuer can use at each moment', async () => {
  await ensureSecrets(folder, clients);
  const [first, firstSecret] = [parseSigningKeys(await read('signing_keys.json')), await read('service_client_secret')];

  const published = await publish(folder, clients, NOW);
  const during = parseSigningKeys(await read('signing_keys.json'));
  const next = { kid: expect.any(String) as string, publishedAt: NOW };
  expect(published).toEqual({ active: first.active.kid, next, earlier: [] });
  expect(during.active.kid).toBe(first.active.kid);
  expect([...during.publicKeys.keys()]).toEqual([first.active.kid, published.next?.kid]);
  expect(JSON.stringify(during.jwks)).not.toContain('_at');
  expect(await read('service_client_secret')).toBe(firstSecret);
  expect(await secretsOf('b')).toEqual([expect.not.stringContaining(firstSecret), firstSecret]);
  expect(await publish(folder, clients, NOW + 1)).toEqual(published);

  const activated = await activate(folder, clients, NOW + 65_000);
  const until = NOW + 65_000 + RETIRED_KEPT_MS;
  expect(activated).toEqual({ active: published.next?.kid, earlier: [{ kid: first.active.kid, until }] });
  const after = parseSigningKeys(await read('signing_keys.json'));
  expect(after.active.kid).toBe(published.next?.kid);
  expect([...after.publicKeys.keys()]).toEqual([first.active.kid, published.next?.kid]);
  expect(await secretsOf('a')).toEqual([await read('service_client_secret'), firstSecret]);

  await publish(folder, clients, until);
  expect([...parseSigningKeys(await read('signing_keys.json')).publicKeys.keys()]).not.toContain(first.active.kid);
  expect(await secretsOf('a')).not.toContain(firstSecret);
});

it('survives a start of the stack between the steps, and leaves no other file', async () => {
  await ensureSecrets(folder, clients);
  await publish(folder, clients, NOW);
  const accepted = await secretsOf('a');
  await ensureSecrets(folder, { ...clients, c: [] });
  expect(await secretsOf('c')).toEqual(accepted);
  await activate(folder, clients, NOW);
  expect(await readdir(folder)).toHaveLength(7);
});

it('keeps the permissions of each file', async () => {
  await ensureSecrets(folder, clients);
  await chmod(join(folder, 'signing_keys.json'), 0o640);
  await publish(folder, clients, NOW);
  expect((await stat(join(folder, 'signing_keys.json'))).mode & 0o777).toBe(0o640);
  expect((await stat(join(folder, 'service_clients.json'))).mode & 0o777).toBe(0o600);
});
