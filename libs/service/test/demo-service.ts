/** A service with one endpoint, run as a process of its own by the tests beside it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { loadConfig } from '@evenkeel/config';
import { createApiApp, describeApi, endpoint, serve, serviceVariables } from '@evenkeel/service';
import { createLogger } from '@evenkeel/telemetry';
import { z } from 'zod';

const config = loadConfig(
  z.object({ ...serviceVariables, AWAY_UNTIL_TOLD: z.stringbool().default(false) }),
  process.env,
);
const logger = createLogger('demo', config.current.LOG_LEVEL);
let storeIsUp = !config.current.AWAY_UNTIL_TOLD;
process.once('message', () => (storeIsUp = true));

const endpoints = [
  endpoint(
    {
      method: 'get',
      path: '/slow',
      summary: 'Answer after a while',
      query: z.object({ ms: z.coerce.number() }),
      responses: { 200: z.object({ pid: z.int() }) },
    },
    async ({ query }) => {
      process.send?.('asked');
      await sleep(query.ms);
      return { status: 200, body: { pid: process.pid } };
    },
  ),
];

await serve({
  name: 'demo',
  version: '1.2.3',
  config,
  logger,
  app: createApiApp(endpoints, logger),
  openapi: () => describeApi({ title: 'demo', version: '1.2.3' }, endpoints),
  checks: {
    store: {
      required: true,
      check: async () => {
        if (!storeIsUp) throw new Error('not yet');
      },
    },
  },
  close: async () => undefined,
});
