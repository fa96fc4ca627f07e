import { loadConfig } from '@evenkeel/config';
import { packageVersion, serve } from '@evenkeel/service';
import { createLogger } from '@evenkeel/telemetry';
import { createApp } from './app.ts';
import { configSchema, SERVICE_NAME } from './config.ts';
import { createDependencies } from './dependencies.ts';

const config = loadConfig(configSchema, process.env);
const logger = createLogger(SERVICE_NAME, config.current.LOG_LEVEL);
const dependencies = createDependencies(config, logger);

await serve({
  name: SERVICE_NAME,
  version: packageVersion(import.meta.dirname),
  config,
  logger,
  ...createApp(dependencies),
  tryOnDocs: true,
  // Uploads stream through, on slow lines too: 200 MB at half a megabit a second take nearly so long.
  requestTimeoutMs: 3_600_000,
  maxConnections: config.current.MAX_CONNECTIONS,
  checks: dependencies.checks,
  prepare: dependencies.prepare,
  close: dependencies.close,
});
