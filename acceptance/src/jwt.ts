import type { z } from 'zod';
import { CheckFailed } from './check-failed.ts';
import { claimsShape, tokenHeaderShape } from './shapes.ts';

/** A JWT in parts (RFC 7519): encoded, and with its first two parts decoded. */
export interface Jwt {
  parts: readonly [head: string, body: string, signature: string];
  head: Record<string, unknown>;
  body: Record<string, unknown>;
}

export function takeApart(token: string): Jwt {
  const [head = '', body = '', signature = ''] = token.split('.');
  return { parts: [head, body, signature], head: decode(head), body: decode(body) };
}

/** Head and claims of an access token, as they must be. */
export function readAccessToken(token: string): {
  head: z.output<typeof tokenHeaderShape>;
  claims: z.output<typeof claimsShape>;
} {
  const { head, body } = takeApart(token);
  return { head: hold(tokenHeaderShape, head), claims: hold(claimsShape, body) };
}

/** A part of a JWT: JSON in base64url without padding. */
export function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decode(part: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
}

function hold<S extends z.ZodType>(shape: S, value: unknown): z.output<S> {
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  const mistakes = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new CheckFailed('an access token', mistakes.join('\n'), JSON.stringify(value));
}
