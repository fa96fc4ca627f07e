import { reloadable, secret } from '@evenkeel/config';
import { clientSecretSchema, scopeSchema } from '@evenkeel/contracts';
import { serviceVariables } from '@evenkeel/service';
import { KeySetError, parseSigningKeys, type SigningKeys } from '@evenkeel/tokens';
import { z } from 'zod';
import { rateSchema } from './rate.ts';
import type { ServiceClients } from './service-client.ts';

export const SERVICE_NAME = 'auth-service';

const rate = (limit: string, what: string) => rateSchema.prefault(limit).describe(`${what}, as attempts/seconds`);

export const configSchema = z.object({
  ...serviceVariables,
  REDIS_URL: z
    .url({ protocol: /^rediss?$/ })
    .default('redis://127.0.0.1:6379/0')
    .describe('Where Redis is; no password in it'),
  REDIS_PASSWORD: secret(z.string().min(1)).describe('The password of Redis'),
  USER_SERVICE_URL: z.url({ protocol: /^https?$/ }).describe('Where user-service is'),
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

  // Where an account is counted together with an address, a stranger elsewhere cannot use up its attempts;
  // LOGIN_ACCOUNT_RATE alone counts an account everywhere, and it never stops a user at an address from which they have
  // signed in before.
  LOGIN_ADDRESS_RATE: rate('100/60', 'Logins from one address'),
  LOGIN_ACCOUNT_ADDRESS_RATE: rate('10/300', 'Failed logins of one account from one address'),
  LOGIN_ACCOUNT_RATE: rate('50/3600', 'Failed logins of one account from new addresses'),
  REGISTER_ADDRESS_RATE: rate('100/600', 'Registrations and new emails from one address'),
  REGISTER_ACCOUNT_ADDRESS_RATE: rate('10/600', 'Registrations of one email from one address'),
  EMAIL_ACCOUNT_RATE: rate('10/3600', 'New emails that one user asks for'),
  REFRESH_ADDRESS_RATE: rate('600/60', 'Refreshes and logouts from one address'),
  REFRESH_ACCOUNT_RATE: rate('60/60', 'Refreshes of all sessions of one user'),
  SERVICE_TOKEN_ADDRESS_RATE: rate('60/60', 'Requests for service tokens from one address'),
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
