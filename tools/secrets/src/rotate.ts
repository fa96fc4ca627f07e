import { readFile } from 'node:fs/promises';
import { replaceFile } from './replace-file.ts';
import { activateNext, dropExpired, nextKey, publishNext, RETIRED_KEPT_MS, type RotatingSecrets } from './rotation.ts';
import { ensureSecrets, makePassword } from './secrets.ts';
import { clientsAsText, secretsIn, type Clients } from './service-clients.ts';
import { makeSigningKey, type KeySet } from './signing-key.ts';

/** Which keys there are after a step. Times in milliseconds since the epoch. */
export interface KeyStatus {
  active: string;
  next?: { kid: string; publishedAt: number };
  /** The earlier keys, and until when tokens of theirs may come. */
  earlier: { kid: string; until: number }[];
}

/** The two steps of a rotation; between them, every verifier fetches the next key. */
export const rotationSteps = { publish, activate };
export type RotationStep = keyof typeof rotationSteps;

/** Publishes the next signing key and accepts the next client secret, or finds that this was done. */
async function publish(folder: string, clients: Clients, now: number): Promise<KeyStatus> {
  const files = await openFiles(folder, clients);
  const present = dropExpired(files.secrets, now);
  const next = { key: await makeSigningKey(), clientSecret: makePassword() };
  const secrets = publishNext(present, next, now);
  // The key comes last in each step: it tells an interrupted step from a finished one.
  await files.writeClients(secrets);
  await files.writeKeys(secrets);
  return statusOf(secrets);
}

/** Signs with the next key and uses the next client secret. The last ones stay accepted. */
async function activate(folder: string, clients: Clients, now: number): Promise<KeyStatus> {
  const files = await openFiles(folder, clients);
  const secrets = activateNext(files.secrets, now);
  await files.writeClientSecret(secrets);
  await files.writeKeys(secrets);
  return statusOf(secrets);
}

function statusOf(secrets: RotatingSecrets): KeyStatus {
  const { active, keys } = secrets.signingKeys;
  const next = nextKey(secrets);
  const earlier = keys.flatMap(({ kid, retired_at }) =>
    retired_at === undefined ? [] : [{ kid, until: Date.parse(retired_at) + RETIRED_KEPT_MS }],
  );
  if (next?.published_at === undefined) return { active, earlier };
  return { active, next: { kid: next.kid, publishedAt: Date.parse(next.published_at) }, earlier };
}

/** The secrets of a folder of ensureSecrets, and what replaces each file. */
async function openFiles(folder: string, clients: Clients) {
  const { file } = await ensureSecrets(folder, clients);
  const text = async (name: Parameters<typeof file>[0]) => (await readFile(file(name), 'utf8')).trim();
  const secrets: RotatingSecrets = {
    signingKeys: JSON.parse(await text('signing_keys.json')) as KeySet,
    clientSecret: await text('service_client_secret'),
    acceptedSecrets: secretsIn(await text('service_clients.json')),
  };
  return {
    secrets,
    writeKeys: ({ signingKeys }: RotatingSecrets) =>
      replaceFile(file('signing_keys.json'), JSON.stringify(signingKeys)),
    writeClients: ({ acceptedSecrets }: RotatingSecrets) =>
      replaceFile(file('service_clients.json'), clientsAsText(clients, acceptedSecrets)),
    writeClientSecret: ({ clientSecret }: RotatingSecrets) => replaceFile(file('service_client_secret'), clientSecret),
  };
}
