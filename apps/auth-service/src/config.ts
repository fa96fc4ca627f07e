import { reloadable, secret } from '@evenkeel/config';
import { clientSecretSchema, scopeSchema } from '@evenkeel/contracts';
import { serviceVariables } from '@evenkeel/service';
import { KeySetError, parseSigningKeys, type SigningKeys } from '@evenkeel/tokens';
import { z } from 'zod';
import { rateSchema } from './rate.ts';
import type { ServiceClients } from './service-client.ts';

export const SERVICE_NAME = 'auth-service';

export const configSchema = z.object({
  ...serviceVariables,
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).default('redis://127.0.0.1:6379/0'),
  REDIS_PASSWORD: secret(z.string().min(1)),
  USER_SERVICE_URL: z.url({ protocol: /^https?$/ }),
  SIGNING_KEYS: secret(reloadable(z.string().transform(readSigningKeys))).describe(
    'JSON {"active": kid, "keys": [private RSA JWK …]}: one key signs, all are published',
  ),
  SERVICE_CLIENTS: secret(reloadable(z.string().transform(readServiceClients))).describe(
    'JSON {"name": {"secrets": ["…"], "scopes": ["…"]}}: the services that may ask for service tokens; each of the secrets is accepted',
  ),
  SESSION_IDLE_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(365)
    .default(30)
    .describe('A session that is not used for so long ends'),

  // How many attempts in how many seconds. Where an account is counted together with an address, a stranger elsewhere
  // cannot use up its attempts; LOGIN_ACCOUNT_RATE alone counts an account everywhere, and it never stops a user at an
  // address from which they have signed in before.
  LOGIN_ADDRESS_RATE: rateSchema.prefault('100/60'),
  LOGIN_ACCOUNT_ADDRESS_RATE: rateSchema.prefault('10/300').describe('Failed logins of one account from one address'),
  LOGIN_ACCOUNT_RATE: rateSchema.prefault('50/3600').describe('Failed logins of one account from new addresses'),
  REGISTER_ADDRESS_RATE: rateSchema.prefault('100/600'),
  REGISTER_ACCOUNT_ADDRESS_RATE: rateSchema.prefault('10/600').describe('Registrations of one email from one address'),
  EMAIL_ACCOUNT_RATE: rateSchema.prefault('10/3600').describe('New emails that one user asks for'),
  REFRESH_ADDRESS_RATE: rateSchema.prefault('600/60'),
  REFRESH_ACCOUNT_RATE: rateSchema.prefault('60/60').describe('Refreshes of all sessions of one user'),
  SERVICE_TOKEN_ADDRESS_RATE: rateSchema.prefault('60/60').describe('Requests for service tokens from one address'),
});
export type Config = z.output<typeof configSchema>;

function readSigningKeys(text: string, context: z.RefinementCtx): SigningKeys {
  try {
    return parseSigningKeys(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof KeySetError ? error.message : 'cannot be used' });
    return z.NEVER;
  }
}

const serviceClientsSchema = z.record(
  z.string().min(1),
  z.strictObject({ secrets: z.array(clientSecretSchema).min(1).max(20), scopes: z.array(scopeSchema) }),
);

function readServiceClients(text: string, context: z.RefinementCtx): ServiceClients {
  try {
    const result = serviceClientsSchema.safeParse(JSON.parse(text));
    if (result.success) return result.data;
    for (const { path, message } of result.error.issues) {
      context.addIssue({ code: 'custom', path: path.map(String), message });
    }
  } catch {
    context.addIssue({ code: 'custom', message: 'is not JSON' });
  }
  return z.NEVER;
}
