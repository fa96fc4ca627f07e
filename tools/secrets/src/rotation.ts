import type { KeySet, SigningKey } from './signing-key.ts';

/** What is rotated together. */
export interface RotatingSecrets {
  signingKeys: KeySet;
  /** What services prove themselves with. */
  clientSecret: string;
  /** What the issuer accepts, newest first: the next secret, that one and earlier ones. */
  acceptedSecrets: readonly string[];
}

/**
 * How long an earlier key stays published, in milliseconds: the ten minutes that an access token is valid, and two for
 * an issuer that still signs with it (the kubelet takes over a minute to update files) and for clocks that differ.
 */
export const RETIRED_KEPT_MS = 720_000;

/** What the issuer takes; more mean rotations faster than tokens expire. */
const MAX_KEYS = 20;

/** A rotation that cannot be done now. */
export class RotationError extends Error {
  override readonly name = 'RotationError';
}

/** The key that is published and does not sign yet. */
export function nextKey({ signingKeys: { active, keys } }: RotatingSecrets): SigningKey | undefined {
  return keys.find(({ kid, published_at }) => kid !== active && published_at !== undefined);
}

/**
 * Adds the next key and the next client secret. One that an interrupted rotation has added is kept.
 *
 * @param now milliseconds since the epoch
 * @throws RotationError when keys are rotated faster than tokens expire
 */
export function publishNext(
  secrets: RotatingSecrets,
  next: { key: SigningKey; clientSecret: string },
  now: number,
): RotatingSecrets {
  if (nextKey(secrets) !== undefined) return secrets;
  const { signingKeys, clientSecret, acceptedSecrets } = secrets;
  if (signingKeys.keys.length >= MAX_KEYS) {
    throw new RotationError(`There are ${MAX_KEYS} signing keys whose tokens have not expired. Wait some minutes.`);
  }
  const published = { ...next.key, published_at: new Date(now).toISOString() };
  return {
    signingKeys: { ...signingKeys, keys: [...signingKeys.keys, published] },
    clientSecret,
    acceptedSecrets: acceptedSecrets[0] === clientSecret ? [next.clientSecret, ...acceptedSecrets] : acceptedSecrets,
  };
}

/** Makes what was published the one in use. The last key and the last client secret stay accepted. */
export function activateNext(secrets: RotatingSecrets, now: number): RotatingSecrets {
  const next = nextKey(secrets);
  if (next === undefined) return secrets;
  const { signingKeys, clientSecret, acceptedSecrets } = secrets;
  const keys = signingKeys.keys.map((key) => {
    if (key.kid === next.kid) return withoutTimes(key);
    return key.kid === signingKeys.active ? retired(key, now) : key;
  });
  return {
    signingKeys: { active: next.kid, keys },
    clientSecret: acceptedSecrets[0] ?? clientSecret,
    acceptedSecrets,
  };
}

/**
 * Drops the keys whose tokens have expired, and as many client secrets. A key that somebody else has put there, or has
 * made inactive, counts as an earlier one from now on.
 */
export function dropExpired(secrets: RotatingSecrets, now: number): RotatingSecrets {
  const { signingKeys, clientSecret, acceptedSecrets } = secrets;
  const { active } = signingKeys;
  const keys = signingKeys.keys
    .map((key) => (key.kid === active ? withoutTimes(key) : isTimed(key) ? key : retired(key, now)))
    .filter(({ retired_at }) => retired_at === undefined || now - Date.parse(retired_at) < RETIRED_KEPT_MS);
  const earlier = keys.filter(({ retired_at }) => retired_at !== undefined).length;
  return {
    signingKeys: { active, keys },
    clientSecret,
    acceptedSecrets: acceptedSecrets.slice(0, acceptedSecrets.indexOf(clientSecret) + 1 + earlier),
  };
}

function isTimed({ published_at, retired_at }: SigningKey): boolean {
  return published_at !== undefined || retired_at !== undefined;
}

function retired(key: SigningKey, now: number): SigningKey {
  return { ...withoutTimes(key), retired_at: new Date(now).toISOString() };
}

function withoutTimes({ published_at: _published, retired_at: _retired, ...key }: SigningKey): SigningKey {
  return key;
}
