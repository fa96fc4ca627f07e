import type { RunnerCommand, RunnerEvent } from './index.ts';
import { readSettings, run, UsageError } from './run.ts';

try {
  const settings = readSettings(process.argv.slice(2), process.env, process.cwd());
  const io = {
    print: (line: string) => process.stderr.write(`hot-restart: ${line}\n`),
    notify: (event: RunnerEvent) => process.connected && process.send?.(event),
  };
  const { runner, stop } = await run(settings, io, process.env['NODE_COMPILE_CACHE']);
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
