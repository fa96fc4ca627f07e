import { fileURLToPath } from 'node:url';
import type { Sidecar, Stack } from '@evenkeel/stack';
import { reloaderCommand } from '../services/reloader-command.ts';
import type { Workspace } from '../workspace.ts';
import { claimWithPorts } from './claim-with-ports.ts';

/** Becomes the process that follows the configuration of all services, and exits once its parent is gone. */
export async function serveReloader(workspace: Workspace, stack: Stack, sidecar: Sidecar): Promise<void> {
  const { root, stateDir, env } = workspace;
  const parent = process.ppid;
  const { environmentOf } = await claimWithPorts(workspace, stack, sidecar.name, { sidecars: [sidecar] });
  const command = reloaderCommand(sidecar, stack.services, { root, stateDir, env, environmentOf });
  const preloaded = fileURLToPath(new URL('served-program.ts', import.meta.url));
  process.chdir(root);
  process.execve?.(process.execPath, [process.execPath, '--import', preloaded, ...command.args], {
    ...command.env,
    KEEL_PARENT: String(parent),
  });
}
