import { createPublicKey, verify, type webcrypto } from 'node:crypto';
import { expectBody, expectSame, expectThat } from '../expect.ts';
import type { Api } from '../http/api.ts';
import { readAccessToken, takeApart } from '../jwt.ts';
import { CheckFailed } from '../check-failed.ts';
import { check, type Group } from '../runner/check.ts';
import { keysShape } from '../shapes.ts';

export const publishedKeys: Group = {
  title: 'Keys',
  checks: [
    check('only the public keys are published', async ({ api }) => {
      const response = await api.get('/.well-known/jwks.json');
      const ids = expectBody(response, 200, keysShape).keys.map(({ kid }) => kid);
      expectSame(response.request, 'kids, each once,', ids, [...new Set(ids)]);
    }),
    check('an access token is an RS256 JWT that a published key verifies', async ({ api, accounts }) => {
      const { accessToken } = await accounts.bystander();
      const [head, body, signature] = takeApart(accessToken).parts;
      const key = createPublicKey({
        format: 'jwk',
        key: await publishedKey(api, readAccessToken(accessToken).head.kid),
      });
      const valid = verify('sha256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'));
      expectThat('an access token', valid, 'a signature that the published key verifies', 'another one');
    }),
    check('an access token names its user and is valid for ten minutes', async ({ accounts }) => {
      const account = await accounts.bystander();
      const { sub, exp, iat, roles } = readAccessToken(account.accessToken).claims;
      const got = [sub, exp - iat, roles];
      expectSame('an access token', 'sub, life in seconds and roles', got, [account.id, 600, ['user']]);
    }),
  ],
};

/** The published key of this id. */
export async function publishedKey(api: Api, kid: string): Promise<webcrypto.JsonWebKey> {
  const response = await api.get('/.well-known/jwks.json');
  const key = expectBody(response, 200, keysShape).keys.find((each) => each.kid === kid);
  if (key === undefined) throw new CheckFailed(response.request, `the key ${kid}, which signs`, response.text);
  return { kty: key.kty, n: key.n, e: key.e };
}
