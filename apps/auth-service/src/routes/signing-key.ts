import { endpoint, type Endpoint } from '@evenkeel/service';
import { z } from 'zod';
import type { Dependencies } from '../dependencies.ts';

const jwksSchema = z
  .object({
    keys: z.array(
      z.object({
        kty: z.literal('RSA'),
        use: z.literal('sig'),
        alg: z.literal('RS256'),
        key_ops: z.array(z.string()),
        kid: z.string(),
        n: z.string(),
        e: z.string(),
      }),
    ),
  })
  .meta({ id: 'Jwks' });

/** As long as verifiers keep the set anyway. */
const MAX_AGE_S = 60;

export function createSigningKeyRoutes({ config }: Dependencies): Endpoint[] {
  return [
    endpoint(
      {
        method: 'get',
        path: '/.well-known/jwks.json',
        summary: 'The public keys that access tokens are checked with (RFC 7517)',
        responses: { 200: jwksSchema },
      },
      () =>
        Promise.resolve({
          status: 200,
          body: config.current.SIGNING_KEYS.jwks,
          headers: { 'cache-control': `public, max-age=${String(MAX_AGE_S)}` },
        }),
    ),
  ];
}
