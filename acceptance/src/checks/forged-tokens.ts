import { createHmac, createPublicKey, generateKeyPairSync, sign, type KeyLike } from 'node:crypto';
import { expectProblem, expectStatus, expectThat } from '../expect.ts';
import { encode, takeApart, type Jwt } from '../jwt.ts';
import { check, type Group } from '../runner/check.ts';
import type { World } from '../world.ts';
import { publishedKey } from './published-keys.ts';

export const forgedTokens: Group = {
  title: 'Forged tokens (RFC 8725)',
  checks: [
    check('without a token the response says how to send one', async ({ api }) => {
      const response = await api.get('/users/me');
      expectProblem(response, 401, 'unauthenticated');
      const got = response.headers['www-authenticate'] ?? 'none';
      expectThat(response.request, /^Bearer\b/i.test(got), 'WWW-Authenticate: Bearer', got);
    }),
    check('any scheme other than Bearer is refused', async ({ api }) => {
      const headers = { authorization: `Basic ${Buffer.from('robin:secret').toString('base64')}` };
      expectProblem(await api.get('/users/me', { headers }), 401, 'unauthenticated', 'invalid_token');
    }),
    check('anything that is not a token is refused', (world) =>
      refuses(world, () => ['.', '..', 'a.b.c', 'null', 'A'.repeat(2_000)]),
    ),
    check('a token without a signature (alg none) is refused', (world) =>
      refuses(world, ({ head, body }) =>
        ['none', 'None', 'NONE'].flatMap((alg) => {
          const unsigned = `${encode({ ...head, alg })}.${encode(body)}.`;
          return [unsigned, `${unsigned}AAAA`];
        }),
      ),
    ),
    check('a token with edited roles is refused', (world) =>
      refuses(world, ({ parts, body }) => [`${parts[0]}.${encode({ ...body, roles: ['admin'] })}.${parts[2]}`]),
    ),
    check('a token with an edited signature is refused', (world) =>
      refuses(world, ({ parts: [head, body, signature] }) => {
        const other = (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1);
        return [other, signature.slice(0, -8), ''].map((each) => `${head}.${body}.${each}`);
      }),
    ),
    check('a signature in another spelling than strict base64url is refused', (world) =>
      refuses(world, ({ parts }) => ['=', '==', '%', '!', '.'].map((end) => parts.join('.') + end)),
    ),
    check('a token signed with a foreign key is refused, even if it embeds the key', (world) =>
      refuses(world, ({ head, body }) => {
        const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
        const jwk = publicKey.export({ format: 'jwk' });
        const heads = [head, { ...head, kid: 'mine' }, { ...head, jwk }, { ...head, jwk, kid: 'mine' }];
        return heads.map((each) =>
          signed(each, body, (input) => sign('sha256', Buffer.from(input), privateKey).toString('base64url')),
        );
      }),
    ),
    check('a token signed with the public key as if it were a shared secret is refused', async (world) => {
      const { accessToken } = await world.accounts.bystander();
      const jwk = await publishedKey(world.api, String(takeApart(accessToken).head['kid']));
      const key = createPublicKey({ format: 'jwk', key: jwk });
      const secrets: KeyLike[] = [
        key.export({ format: 'pem', type: 'spki' }),
        key.export({ format: 'pem', type: 'pkcs1' }),
        key.export({ format: 'der', type: 'spki' }),
        String(jwk.n),
      ];
      return refuses(world, ({ head, body }) =>
        secrets.map((secret) =>
          signed({ ...head, alg: 'HS256' }, body, (input) =>
            createHmac('sha256', secret).update(input).digest('base64url'),
          ),
        ),
      );
    }),
  ],
};

/** Every change of a valid token is refused, and the valid one still works. */
async function refuses({ api, accounts }: World, forge: (token: Jwt) => readonly string[]): Promise<string> {
  const { accessToken } = await accounts.bystander();
  const forged = forge(takeApart(accessToken));
  for (const token of forged) {
    // What cannot be a bearer token at all (RFC 6750, section 2.1) counts as no token.
    const codes = /^[\w\-.~+/]+=*$/.test(token) ? ['invalid_token'] : ['invalid_token', 'unauthenticated'];
    expectProblem(await api.get('/users/me', { token }), 401, ...codes);
  }
  expectStatus(await api.get('/users/me', { token: accessToken }), 200);
  return `${String(forged.length)} tried`;
}

function signed(head: object, body: object, signature: (input: string) => string): string {
  const input = `${encode(head)}.${encode(body)}`;
  return `${input}.${signature(input)}`;
}
