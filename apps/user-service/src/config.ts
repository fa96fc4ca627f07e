import { reloadable, secret } from '@evenkeel/config';
import { clientSecretSchema, emailSchema, newPasswordSchema } from '@evenkeel/contracts';
import { serviceVariables } from '@evenkeel/service';
import { z } from 'zod';

export const SERVICE_NAME = 'user-service';

/** What it takes to reach the database; the migrations need nothing else. */
export const databaseVariables = {
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .describe('postgres://role@host:port/database, no password in it'),
  DATABASE_PASSWORD: secret(z.string().min(1)).describe('The password of that role'),
};

export const databaseSchema = z.object(databaseVariables);

export const configSchema = z
  .object({
    ...serviceVariables,
    ...databaseVariables,
    AUTH_SERVICE_URL: z.url({ protocol: /^https?$/ }).describe('Where auth-service is'),
    SERVICE_CLIENT_SECRET: secret(reloadable(clientSecretSchema)).describe(
      'What this service proves itself with to auth-service',
    ),
    ADMIN_EMAIL: emailSchema
      .optional()
      .describe('With `ADMIN_PASSWORD`: the first administrator, made when there is none'),
    ADMIN_PASSWORD: secret(newPasswordSchema.optional()).describe('The password of that administrator'),
  })
  .superRefine((config, context) => {
    for (const [one, other] of [
      ['ADMIN_EMAIL', 'ADMIN_PASSWORD'],
      ['ADMIN_PASSWORD', 'ADMIN_EMAIL'],
    ] as const) {
      if (config[one] === undefined && config[other] !== undefined)
        context.addIssue({ code: 'custom', path: [one], message: `belongs to ${other}` });
    }
  });
export type Config = z.output<typeof configSchema>;
