import { reloadable } from '@evenkeel/config';
import { logLevels } from '@evenkeel/telemetry';
import { z } from 'zod';
import { isNetwork } from './client-address.ts';
import { telemetryVariables } from './telemetry-variables.ts';

const port = z.coerce.number().int().min(0).max(65_535);
const milliseconds = z.coerce.number().int().min(0).max(600_000);

/** A comma-separated list; spaces around the commas do not count. */
export const commaList = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);

/** The variables that every service has. Spread them into its own schema. */
export const serviceVariables = {
  HOST: z.string().default('127.0.0.1').describe('Address to listen on for callers'),
  PORT: port.describe('Port for callers'),
  ADMIN_HOST: z.string().default('127.0.0.1').describe('Address to listen on for operators'),
  ADMIN_PORT: port.describe('Port for health, metrics and the API description'),
  LOG_LEVEL: reloadable(z.enum(logLevels).default('info')).describe(
    `How much is logged: one of ${logLevels.map((level) => `\`${level}\``).join(', ')}`,
  ),
  SHUTDOWN_DELAY_MS: milliseconds
    .default(0)
    .describe(
      'How long it still accepts requests after SIGTERM, while load balancers notice that it is not ready (milliseconds)',
    ),
  DRAIN_TIMEOUT_MS: milliseconds
    .default(5_000)
    .describe('How long requests in flight may take after that (milliseconds)'),
  TRUSTED_PROXIES: commaList
    .refine((list) => list.every(isNetwork), 'must be networks in CIDR notation, separated by commas')
    .prefault('127.0.0.0/8,::1/128')
    .describe('Networks (CIDR) whose `Forwarded` header is trusted'),
  TOKEN_ISSUER: z
    .url()
    .default('https://evenkeel.local')
    .describe('The issuer of access tokens; the same in every service'),
  TOKEN_AUDIENCE: z
    .string()
    .min(1)
    .default('evenkeel')
    .describe('The audience of access tokens; the same in every service'),
  ...telemetryVariables,
  NODE_ENV: z.string().default('development').describe('`production` hides what is for development'),
  COVERAGE_SUMMARY: z.string().optional().describe('The report whose figure /healthz and /metrics show (development)'),
};

/** What `serve` needs of a service's configuration. */
export type ServiceConfig = z.output<z.ZodObject<typeof serviceVariables>>;
