import cluster from 'node:cluster';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ReportIo } from './report.ts';
import type { Runner } from './runner.ts';
import type { Settings } from './settings.ts';

export { readSettings, UsageError } from './settings.ts';

/**
 * Runs a service in this process until SIGTERM or SIGINT, then exits with the service's code. SIGHUP is passed on. The
 * modules are loaded in the order in which a start needs them.
 *
 * @param compiledIn where Node keeps what it has compiled; by default a folder of the runner's own
 */
export async function run(
  settings: Settings,
  io: ReportIo,
  compiledIn: string | undefined,
): Promise<{ runner: Runner; stop: () => void }> {
  const { workspaceFolder } = await import('./watch/packages.ts');
  const cache = join(workspaceFolder(settings.entry), 'node_modules', '.cache', 'hot-restart');
  const compileCache = compiledIn ?? join(cache, 'compiled');
  enableCompileCache(compileCache);
  const { ModuleList } = await import('./hand-over/module-list.ts');
  const { Runner } = await import('./runner.ts');

  cluster.schedulingPolicy = cluster.SCHED_NONE;
  cluster.setupPrimary({
    exec: join(import.meta.dirname, 'child/main.ts'),
    args: [settings.entry, ...settings.args],
    // The address of the inspector stays the same, so that it need not be printed at each restart.
    execArgv: [...process.execArgv, '--inspect-publish-uid=http'],
    inspectPort: 0,
  });
  const runner = new Runner(settings, new ModuleList(cache, settings.entry), {
    ...io,
    fork: () => cluster.fork({ NODE_COMPILE_CACHE: compileCache }),
    collectGarbage: garbageCollector(),
  });
  const stop = () => void runner.stop().then((code) => process.exit(code));
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('SIGHUP', () => runner.reload());
  return { runner, stop };
}

/** V8's own: the runner is idle between restarts, so V8 would let the heap grow for many of them. */
function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  return collect;
}
