import { setTimeout as sleep } from 'node:timers/promises';
import { underLoad } from './loop/load.ts';
import { register } from './people.ts';

const LIMIT_MS = 120_000;

/**
 * Rotates the signing key of a stack under load: new tokens are signed by the next key, and the one before stays
 * published.
 *
 * @returns how many requests with a token of the key before succeeded, and how the others failed
 */
export async function rotateUnderLoad(baseUrl: string, rotate: () => Promise<unknown>) {
  const [known, person] = [await publishedKeys(baseUrl), await register(baseUrl)];
  const headers = { authorization: `Bearer ${person?.accessToken}` };
  const load = underLoad([{ url: `${baseUrl}/users/me`, headers }], { isAnswer: ({ status }) => status === 200 });
  await rotate();
  const until = Date.now() + LIMIT_MS;
  for (let kid = ''; kid === '' || known.includes(kid); await sleep(500)) {
    if (Date.now() > until) throw new Error(`tokens are still signed by ${kid}`);
    kid = keyOf((await register(baseUrl))?.accessToken);
  }
  const published = await publishedKeys(baseUrl);
  const lost = known.filter((kid) => !published.includes(kid));
  if (lost.length > 0) throw new Error(`${lost.join()} is no longer published, and its tokens have not expired`);
  return load.stop();
}

async function publishedKeys(baseUrl: string): Promise<string[]> {
  const response = await fetch(`${baseUrl}/.well-known/jwks.json`);
  return ((await response.json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
}

/** The id in the header of a token; empty without one. */
function keyOf(token: string | undefined): string {
  const [header = ''] = token?.split('.') ?? [];
  return header && (JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string }).kid;
}
