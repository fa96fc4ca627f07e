// The suite's own picture of the public API. It shares no schema with the services: a change of theirs must show here.
import { z } from 'zod';

export const userShape = z.strictObject({
  id: z.uuid(),
  email: z.email(),
  name: z.string(),
  roles: z.array(z.enum(['user', 'admin'])).nonempty(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});
export type User = z.infer<typeof userShape>;

export const signedInShape = z.strictObject({
  user: userShape,
  access_token: z.string().regex(/^[\w-]+\.[\w-]+\.[\w-]+$/, 'a JWT'),
  // 128 random bits are at least 22 characters of base64url.
  refresh_token: z.string().min(22),
  token_type: z.literal('Bearer'),
  expires_in: z.literal(600),
});
export type SignedIn = z.infer<typeof signedInShape>;

export const sessionsShape = z.strictObject({
  items: z.array(
    z.strictObject({
      id: z.uuid(),
      created_at: z.iso.datetime(),
      last_used_at: z.iso.datetime(),
      user_agent: z.string().optional(),
      current: z.boolean(),
    }),
  ),
});

export const pageShape = z.strictObject({ items: z.array(userShape), next_cursor: z.string().min(1).optional() });

/** Public RSA keys, and nothing of the private ones (RFC 7517, RFC 7518 section 6.3). */
export const keysShape = z.object({
  keys: z
    .array(
      z.strictObject({
        kty: z.literal('RSA'),
        kid: z.string().min(1),
        use: z.literal('sig'),
        alg: z.literal('RS256'),
        key_ops: z.tuple([z.literal('verify')]).optional(),
        // 2048 bits are 342 characters of base64url.
        n: z.string().min(342),
        e: z.string().min(1),
      }),
    )
    .nonempty(),
});

export const tokenHeaderShape = z.object({ alg: z.literal('RS256'), typ: z.literal('at+jwt'), kid: z.string().min(1) });

export const claimsShape = z.object({
  iss: z.string().min(1),
  aud: z.union([z.string().min(1), z.array(z.string()).nonempty()]),
  sub: z.uuid(),
  sid: z.uuid(),
  jti: z.string().min(1),
  roles: z.array(z.string()),
  iat: z.int(),
  exp: z.int(),
});

/** The problem document for bytes that are not a request, which therefore have no trace. */
export const unreadableShape = z.object({
  type: z.string().min(1),
  title: z.string().min(1),
  status: z.int(),
  detail: z.string().optional(),
  code: z.string().regex(/^[a-z][a-z0-9_]*$/, 'in snake_case'),
  errors: z.array(z.object({ path: z.string(), message: z.string().min(1) })).optional(),
});

/** RFC 9457, with the members that this API adds. */
export const problemShape = unreadableShape.extend({
  trace_id: z.string().regex(/^[0-9a-f]{32}$/, '32 hexadecimal digits'),
});
export type Problem = z.infer<typeof problemShape>;
