import { existsSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Service, Stack } from '@evenkeel/stack';
import { KeelError } from '../failure.ts';
import { serviceCommand } from '../services/service-command.ts';
import { migrate } from '../stack/migrate.ts';
import type { Workspace } from '../workspace.ts';
import { claimWithPorts } from './claim-with-ports.ts';
import type { ServiceProgram } from './main.ts';

/**
 * Prepares a service and becomes the process that runs it: what was loaded for the preparation would only take memory.
 *
 * @param options.exitOnFailure whether to exit with 1 when the first start fails, instead of waiting for the next save
 */
export async function serveService(
  workspace: Workspace,
  stack: Stack,
  service: Service,
  options: { exitOnFailure: boolean },
): Promise<void> {
  const { root, stateDir } = workspace;
  const parent = process.ppid;
  const signal = new AbortController().signal;
  const entry = join(root, 'apps', service.name, 'src', 'main.ts');
  if (!existsSync(entry)) {
    const why = `services.yaml declares it, and ${entry} does not exist`;
    throw new KeelError(`${service.name} has no code`, { why, fix: 'see "Adding a service" in CONTRIBUTING.md' });
  }
  const { environmentOf } = await claimWithPorts(workspace, stack, service.name, { services: [service] });
  const own = environmentOf(service);
  if (service.dependsOn.includes('postgres')) await migrate({ root, stateDir }, service.name, own, signal);

  const command = serviceCommand(service, { root, stateDir, env: own, plain: false });
  const url = `http://127.0.0.1:${service.port}`;
  const program: ServiceProgram = { name: service.name, url, entry, stateDir, parent, ...options };
  const file = fileURLToPath(new URL('main.ts', import.meta.url));
  flushCompileCache();
  process.chdir(root);
  const env = { ...command.env, HOT_RESTART_HOLD: '' };
  process.execve?.(process.execPath, [process.execPath, file, JSON.stringify(program)], env);
}
