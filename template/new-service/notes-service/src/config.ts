import { secret } from '@evenkeel/config';
import { serviceVariables } from '@evenkeel/service';
import { z } from 'zod';

export const SERVICE_NAME = 'notes-service';

/** The variables of notes-service. */
export const configSchema = z.object({
  ...serviceVariables,
  REDIS_URL: z
    .url({ protocol: /^rediss?$/ })
    .default('redis://127.0.0.1:6379/0')
    .describe('Where Redis is; no password in it'),
  REDIS_PASSWORD: secret(z.string().min(1)).describe('The password of Redis'),
  AUTH_SERVICE_URL: z.url({ protocol: /^https?$/ }).describe('Where auth-service is'),
  NOTES_PER_USER: z.coerce.number().int().min(1).default(100).describe('Older notes of a user are forgotten'),
});

export type Config = z.output<typeof configSchema>;
