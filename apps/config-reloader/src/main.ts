import { createAdmin } from './admin.ts';
import { readArguments, UsageError, type Settings } from './arguments.ts';
import { createFollower } from './follower.ts';
import { createLog } from './log.ts';
import { createMetrics } from './metrics.ts';

// Signals services when their configuration has changed on disk. Nothing but Node itself: it runs beside every service.
const settings = settingsOrExit();
const log = createLog((line) => void process.stdout.write(line));
const metrics = createMetrics(settings.services.map(({ name }) => name));

process.on('SIGTERM', () => process.exit(0));
process.on('SIGINT', () => process.exit(0));

createAdmin(metrics)
  .listen(settings.port, settings.host, () => {
    log('info', 'ready', { port: settings.port });
    for (const service of settings.services) void createFollower(service, { log, metrics });
  })
  .on('error', (error) => {
    log('fatal', `cannot listen on ${settings.host}:${String(settings.port)}`, { reason: error.message });
    process.exitCode = 1;
  });

function settingsOrExit(): Settings {
  try {
    return readArguments(process.argv.slice(2), process.env);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}
