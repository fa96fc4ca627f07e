import { z } from 'zod';
import {
  emailSchema,
  idSchema,
  nameSchema,
  newPasswordSchema,
  passwordSchema,
  presentedEmailSchema,
} from './primitives.ts';
import { userSchema } from './user.ts';

export const registerSchema = z.strictObject({ email: emailSchema, password: newPasswordSchema, name: nameSchema });
export type Register = z.infer<typeof registerSchema>;

/** An unknown or malformed email gets the same response as a wrong password. */
export const loginSchema = z.strictObject({ email: presentedEmailSchema, password: passwordSchema });
export type Login = z.infer<typeof loginSchema>;

export const refreshSchema = z.strictObject({ refresh_token: z.string().min(1).max(200) });

/** What a successful register, login or refresh returns (RFC 6749, section 5.1, and the user). */
export const signedInSchema = z
  .object({
    user: userSchema,
    access_token: z.string(),
    refresh_token: z.string(),
    token_type: z.literal('Bearer'),
    expires_in: z.int().describe('Seconds until the access token expires'),
  })
  .meta({ id: 'SignedIn' });
export type SignedIn = z.infer<typeof signedInSchema>;

export const sessionSchema = z
  .object({
    id: idSchema,
    created_at: z.iso.datetime(),
    last_used_at: z.iso.datetime(),
    user_agent: z.string().optional(),
    current: z.boolean().describe('Whether the request came from this session'),
  })
  .meta({ id: 'Session' });
export type Session = z.infer<typeof sessionSchema>;

export const sessionListSchema = z.object({ items: z.array(sessionSchema) }).meta({ id: 'SessionList' });
