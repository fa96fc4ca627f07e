import cluster from 'node:cluster';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import type { RunnerCommand, RunnerEvent } from './index.ts';
import { readSettings, UsageError } from './settings.ts';

try {
  const settings = readSettings(process.argv.slice(2), process.env, process.cwd());
  const { workspaceFolder } = await import('./packages.ts');
  const cache = join(workspaceFolder(settings.entry), 'node_modules', '.cache', 'hot-restart');
  const compileCache = process.env['NODE_COMPILE_CACHE'] ?? join(cache, 'compiled');
  enableCompileCache(compileCache);
  const { ModuleList } = await import('./module-list.ts');
  const { Runner } = await import('./runner.ts');
  const { createMemoryTidier } = await import('./tidy-memory.ts');

  cluster.schedulingPolicy = cluster.SCHED_NONE;
  cluster.setupPrimary({
    exec: join(import.meta.dirname, 'child.ts'),
    args: [settings.entry, ...settings.args],
    // The address of the inspector stays the same, so that it need not be printed at each restart.
    execArgv: [...process.execArgv, '--inspect-publish-uid=http'],
    inspectPort: 0,
  });
  const runner = new Runner(settings, new ModuleList(cache, settings.entry), {
    fork: () => cluster.fork({ NODE_COMPILE_CACHE: compileCache }),
    print: (line) => process.stderr.write(`hot-restart: ${line}\n`),
    tidyMemory: createMemoryTidier(),
    notify: (event: RunnerEvent) => process.connected && process.send?.(event),
  });
  const stop = () => void runner.stop().then((code) => process.exit(code));
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('SIGHUP', () => runner.reload());
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
