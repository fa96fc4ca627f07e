import { z } from 'zod';
import { loginSchema } from './auth.ts';
import { emailSchema, idSchema } from './primitives.ts';
import { userSchema } from './user.ts';

/** What a service token may allow its bearer, one scope an operation. */
export const scopeSchema = z.enum([
  'credentials:verify',
  'users:register',
  'users:read',
  'sessions:end',
  'credentials:confirm',
]);
export type Scope = z.infer<typeof scopeSchema>;

/** A user as auth-service sees it: a session lives only as long as the credentials it was opened with. */
export const accountSchema = userSchema.extend({ credentials_version: z.int() }).meta({ id: 'Account' });
export type Account = z.infer<typeof accountSchema>;

/** What a service proves itself with, as it is configured on both sides: too long to be guessed. */
export const clientSecretSchema = z.string().min(32, 'has fewer than 32 characters');

/** `POST /internal/token` of auth-service: the client credentials grant (RFC 6749, section 4.4), as JSON. */
export const serviceTokenRequestSchema = z.strictObject({
  client_id: z.string().min(1).max(100),
  client_secret: z.string().min(1).max(500),
  scope: scopeSchema,
});

export const serviceTokenSchema = z.object({ access_token: z.string(), expires_in: z.int() });

/** `POST /internal/credentials/confirm` of auth-service: a signed-in user proves again who they are. */
export const confirmCredentialsSchema = loginSchema.extend({
  new_email: emailSchema.optional().describe('The email that they ask for; counted as a probe for taken emails'),
});
export type ConfirmCredentials = z.infer<typeof confirmCredentialsSchema>;

/** `POST /internal/sessions/end` of auth-service. */
export const endSessionsSchema = z.strictObject({
  user_id: idSchema,
  except_session: idSchema.optional().describe('The session of the request, which stays'),
  credentials_version: z
    .int()
    .optional()
    .describe(
      'Of the new credentials: that session goes on with them, and those opened with them stay. ' +
        'Absent when the user was deleted: no more sessions are opened for them',
    ),
});
export type EndSessions = z.infer<typeof endSessionsSchema>;
