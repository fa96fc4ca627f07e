import { loadConfig } from '@evenkeel/config';
import { createLogger } from '@evenkeel/telemetry';
import { databaseSchema, SERVICE_NAME } from './config.ts';
import { withPassword } from './store/database.ts';
import { migrate } from './store/migration.ts';

// Migrates and exits: for deployments that do so before they start the service. The service does it, too.
const config = loadConfig(databaseSchema, process.env).current;
const logger = createLogger(SERVICE_NAME, 'info');
try {
  await migrate({ url: withPassword(config.DATABASE_URL, config.DATABASE_PASSWORD), logger });
} catch (error) {
  logger.fatal({ err: error }, 'could not migrate');
  process.exitCode = 1;
}
