import { join } from 'node:path';
import { defaultFile, reloadable, secret } from '@evenkeel/config';
import { commaList, serviceVariables } from '@evenkeel/service';
import { z } from 'zod';
import { routesSchema } from './route-table.ts';
import { upstreamVariables } from './upstream-variables.ts';

export const SERVICE_NAME = 'api-gateway';

const serviceUrl = z
  .url({ protocol: /^https?$/ })
  .refine(
    (text) => !URL.canParse(text) || new URL(text).pathname === '/',
    'must have no path: routes forward the whole path',
  );

type UpstreamVariable = (typeof upstreamVariables)[keyof typeof upstreamVariables];

/** Where the upstreams are. */
const upstreamSchemas = Object.fromEntries(
  Object.entries(upstreamVariables).map(([name, variable]) => [variable, serviceUrl.describe(`Where ${name} is`)]),
) as Record<UpstreamVariable, typeof serviceUrl>;

const shippedRoutes = join(import.meta.dirname, '..', 'routes.yaml');

const originSchema = z
  .string()
  .refine(
    (text) => URL.canParse(text) && new URL(text).origin === text,
    'must be an origin such as https://example.com',
  );

export const configSchema = z.object({
  ...serviceVariables,
  ...upstreamSchemas,
  REDIS_URL: z
    .url({ protocol: /^rediss?$/ })
    .default('redis://127.0.0.1:6379/0')
    .describe('Where Redis is; no password in it'),
  REDIS_PASSWORD: secret(z.string().min(1)).describe('The password of Redis'),
  MAX_CONNECTIONS: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(1_024)
    .describe('Connections of clients at the same time; more are closed as they come'),
  ROUTES: reloadable(defaultFile(shippedRoutes, routesSchema(Object.keys(upstreamVariables)))).describe(
    'The routes, as YAML; routes.yaml explains them',
  ),
  CORS_ORIGINS: reloadable(commaList.pipe(z.array(originSchema)).default([])).describe(
    'Origins whose pages may call this API from a browser',
  ),
});
export type Config = z.output<typeof configSchema>;

/** The address of each upstream by its name. */
export function upstreamUrls(config: Config): Record<string, string> {
  return Object.fromEntries(Object.entries(upstreamVariables).map(([name, variable]) => [name, config[variable]]));
}
