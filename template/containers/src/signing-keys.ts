import { expect, vi } from 'vitest';
import { underLoad } from './loop/load.ts';
import { register } from './people.ts';

/**
 * Rotates the signing key of a stack under load: no request with a token of the key before fails, that key stays
 * published, and new tokens are signed by the next one.
 */
export async function rotatesUnderLoad(baseUrl: string, rotate: () => Promise<unknown>): Promise<void> {
  const [known, person] = [await publishedKeys(baseUrl), await register(baseUrl)];
  const headers = { authorization: `Bearer ${person?.accessToken}` };
  const load = underLoad([{ url: `${baseUrl}/users/me`, headers }], { isAnswer: ({ status }) => status === 200 });
  await rotate();
  const isSignedByNext = async () => {
    const kid = keyOf((await register(baseUrl))?.accessToken ?? '');
    expect(known).not.toContain(kid);
    expect(await publishedKeys(baseUrl)).toEqual(expect.arrayContaining([...known, kid]));
  };
  await vi.waitFor(isSignedByNext, { timeout: 120_000, interval: 500 });
  const { answered, failed } = await load.stop();
  console.log(`keys rotated: ${answered} answered, ${failed.length} failed`);
  expect(failed).toEqual([]);
}

async function publishedKeys(baseUrl: string): Promise<string[]> {
  const response = await fetch(`${baseUrl}/.well-known/jwks.json`);
  return ((await response.json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
}

function keyOf(token: string): string {
  return (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid;
}
