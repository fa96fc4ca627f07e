import { idSchema, roleSchema, scopeSchema, type Role, type Scope } from '@evenkeel/contracts';
import { z } from 'zod';

/** The claims of a verified access token. A user's token has `sid`, a service's has `scope`, and none has both. */
export interface AccessClaims {
  /** The user's id, or the name of the service. */
  sub: string;
  jti: string;
  /** Seconds since the epoch. */
  exp: number;
  roles: Role[];
  /** The session it belongs to. */
  sid?: string;
  /** The one operation that it allows a service. */
  scope?: Scope;
}

/** The media type in the header of access tokens (RFC 9068, section 2.1), so that no other JWT passes for one. */
export const TOKEN_TYPE = 'at+jwt';

const common = { jti: z.string().min(1), exp: z.int(), iat: z.int() };

/** A role that a newer issuer knows and this code does not is dropped: it grants nothing here. */
const rolesSchema = z
  .array(z.string())
  .transform((roles) => roles.filter((role): role is Role => roleSchema.safeParse(role).success));

const userClaims = z.object({
  ...common,
  sub: idSchema,
  sid: idSchema,
  roles: rolesSchema,
  scope: z.never().optional(),
});
const serviceClaims = z.object({ ...common, sub: z.string().min(1), scope: scopeSchema, sid: z.never().optional() });

/** The claims of a payload whose signature, issuer, audience and time were checked; `undefined` if it is no access token. */
export function readClaims(payload: unknown): AccessClaims | undefined {
  const user = userClaims.safeParse(payload).data;
  if (user !== undefined) return { sub: user.sub, jti: user.jti, exp: user.exp, roles: user.roles, sid: user.sid };
  const service = serviceClaims.safeParse(payload).data;
  if (service === undefined) return undefined;
  return { sub: service.sub, jti: service.jti, exp: service.exp, roles: [], scope: service.scope };
}
