import { loadConfig } from '@evenkeel/config';
import { packageVersion, serve } from '@evenkeel/service';
import { createLogger } from '@evenkeel/telemetry';
import { createApp } from './app.ts';
import { configSchema } from './config.ts';
import { createDependencies } from './dependencies.ts';

const config = loadConfig(configSchema, process.env);
const logger = createLogger('api-gateway', config.current.LOG_LEVEL);
const dependencies = createDependencies(config, logger);

await serve({
  name: 'api-gateway',
  version: packageVersion(import.meta.dirname),
  config,
  logger,
  ...createApp(dependencies),
  tryOnDocs: true,
  dependencies: dependencies.checks,
  // Uploads stream through, on slow lines too: 200 MB at half a megabit a second take nearly so long.
  requestTimeoutMs: 3_600_000,
  prepare: dependencies.prepare,
  close: dependencies.close,
});
