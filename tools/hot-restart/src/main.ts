import type { RunnerCommand } from './index.ts';
import { readSettings, run, UsageError } from './run.ts';

try {
  const settings = readSettings(process.argv.slice(2), process.env, process.cwd());
  const { runner, stop } = await run(settings, {
    print: (line) => process.stderr.write(`hot-restart: ${line}\n`),
    notify: (event) => process.connected && process.send?.(event),
  });
  if (process.send !== undefined) process.on('disconnect', stop);
  process.on('message', (command: RunnerCommand) => {
    if (command.type === 'start') runner.start();
    if (command.type === 'restart') runner.restart(command.reason);
  });
  runner.open();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`hot-restart: ${error.message}\n`);
  process.exit(2);
}
