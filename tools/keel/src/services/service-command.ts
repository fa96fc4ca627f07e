import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sources } from '@evenkeel/config';
import { drainTime } from '@evenkeel/hot-restart';
import type { Service } from '@evenkeel/stack';
import type { ServiceCommand } from './service-process.ts';

/** What a service needs above its drain: to close its pools, to send its last traces, and to exit. */
const CLOSING_MS = 3_000;

/**
 * How to run a service from source: under the hot-restart runner, or plainly by Node itself.
 *
 * @param options.env the service's own variables. After SIGTERM it may keep serving as long as they say; the
 *   runner gives a process that it replaces as long, unless HOT_RESTART_DRAIN_MS says otherwise
 */
export function serviceCommand(
  service: Service,
  options: { root: string; stateDir: string; env: NodeJS.ProcessEnv; plain: boolean },
): ServiceCommand {
  const { root, plain } = options;
  // A mistake in .env is reported by the service.
  const valueOf = sources(options.env, () => undefined);
  const drainMs = drainTime((name) => valueOf(name)?.value);
  const entry = join(root, 'apps', service.name, 'src', 'main.ts');
  const telemetry = pathToFileURL(join(root, 'libs', 'telemetry', 'src', 'register.ts')).href;
  const env: NodeJS.ProcessEnv = {
    // Node keeps what it compiled, types stripped: a warm start is a third shorter.
    NODE_COMPILE_CACHE: join(options.stateDir, 'cache', 'compile'),
    ...options.env,
    ...frugal(options.env['SERVICE_NODE_OPTIONS']),
  };
  const common = { cwd: root, hasRunner: !plain };
  if (plain) {
    const inspector = [`--inspect=127.0.0.1:${service.debugPort}`, '--inspect-publish-uid=http'];
    return { ...common, env, patienceMs: drainMs + CLOSING_MS, args: [...inspector, '--import', telemetry, entry] };
  }
  const runnerDrainMs = env['HOT_RESTART_DRAIN_MS'] || String(drainMs);
  return {
    ...common,
    // The runner kills a service that takes longer; we do when it cannot.
    patienceMs: Math.max(drainMs, Number(runnerDrainMs) || 0) + CLOSING_MS,
    args: [join(root, 'tools', 'hot-restart', 'src', 'main.ts'), entry],
    env: {
      ...env,
      HOT_RESTART_HOLD: '1',
      HOT_RESTART_DRAIN_MS: runnerDrainMs,
      HOT_RESTART_DEBUG_PORT: String(service.debugPort),
      HOT_RESTART_IMPORT: telemetry,
    },
  };
}

/**
 * Settings that make a process of little traffic smaller: V8's young generation may otherwise grow to three times 16 MiB,
 * and glibc gives every thread that hashes passwords an arena of its own. What the user sets comes last and wins: SERVICE_NODE_OPTIONS, since NODE_OPTIONS of a shell is meant for any program of Node.
 */
function frugal(nodeOptions = ''): NodeJS.ProcessEnv {
  return { MALLOC_ARENA_MAX: '2', NODE_OPTIONS: `--max-semi-space-size=1 ${nodeOptions}`.trimEnd() };
}
