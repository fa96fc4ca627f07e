import { roleSchema } from '@evenkeel/contracts';
import { z } from 'zod';

/** Methods that a route may take. CONNECT and TRACE are never forwarded (RFC 9110, section 9.3). */
export const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
export type Method = (typeof methods)[number];

const prefixSchema = z
  .string()
  .regex(/^\/$|^(\/[\w.~!$&'()*+,=:@-]+)+$/, 'must be a path of plain segments, without a slash at its end')
  .refine((prefix) => !/\/\.{1,2}(\/|$)/.test(prefix), 'must not have . or .. as a segment')
  .refine((prefix) => !isInternal(prefix), '/internal is for calls between services and is never routed');

/**
 * One rule of what the gateway lets through. Everything that is not said is the stricter choice.
 * @param upstreams the names that it may use.
 */
export const routeSchema = (upstreams: readonly string[]) =>
  z
    .strictObject({
      prefix: prefixSchema,
      upstream: z.string().refine((name) => upstreams.includes(name), `must be one of ${upstreams.join(', ')}`),
      methods: z
        .array(z.enum(methods))
        .nonempty()
        .default([...methods]),
      token: z.enum(['required', 'none']).default('required'),
      roles: z.array(roleSchema).default([]),
      rate_limit: z
        .strictObject({ requests: z.int().min(1).max(1_000_000), window_s: z.int().min(1).max(86_400) })
        .optional(),
      max_in_flight: z.int().min(1).max(100_000).optional(),
      timeout_ms: z.int().min(1).max(600_000).default(5_000),
      idle_timeout_ms: z.int().min(1).max(3_600_000).default(60_000),
      min_rate: z.int().min(0).max(1_000_000_000).default(1_000),
      retries: z.int().min(0).max(1).default(1),
      breaker: z.boolean().default(true),
      stale_if_error_s: z.int().min(0).max(604_800).default(0),
      max_body_bytes: z.int().min(0).default(1_048_576),
    })
    .refine(({ roles, token }) => roles.length === 0 || token === 'required', {
      path: ['roles'],
      message: 'needs a token: remove `token: none`, or the roles',
    });
export type Route = z.output<ReturnType<typeof routeSchema>>;

export const breakerSchema = z.strictObject({
  failures: z.int().min(1).max(1_000).default(5),
  window_ms: z.int().min(100).max(600_000).default(10_000),
  open_ms: z.int().min(10).max(600_000).default(2_000),
});
export type BreakerSettings = z.output<typeof breakerSchema>;

/** The paths that only services use among themselves, however they are written. */
export function isInternal(path: string): boolean {
  return /^\/internal(?=[/;]|$)/i.test(path);
}

/** What two routes of the same prefix have in common, however it is written. */
export function prefixKey({ prefix }: Pick<Route, 'prefix'>): string {
  return prefix.toLowerCase();
}
