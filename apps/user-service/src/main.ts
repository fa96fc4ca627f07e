import { loadConfig } from '@evenkeel/config';
import { packageVersion, serve } from '@evenkeel/service';
import { createLogger } from '@evenkeel/telemetry';
import { createApp } from './app.ts';
import { configSchema } from './config.ts';
import { createDependencies } from './dependencies.ts';

const config = loadConfig(configSchema, process.env);
const logger = createLogger('user-service', config.current.LOG_LEVEL);
const dependencies = createDependencies(config, logger);

await serve({
  name: 'user-service',
  version: packageVersion(import.meta.dirname),
  config,
  logger,
  ...createApp(dependencies),
  dependencies: dependencies.checks,
  prepare: (signal) => dependencies.prepare(signal),
  close: () => dependencies.close(),
});
