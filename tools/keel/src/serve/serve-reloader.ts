import { fileURLToPath } from 'node:url';
import type { Sidecar, Stack } from '@evenkeel/stack';
import { prepare } from '../environment/prepare.ts';
import { checkPorts, wantedPorts } from '../ports/taken-ports.ts';
import { reloaderCommand } from '../services/reloader-command.ts';
import { endServicesOn } from '../state/leftovers.ts';
import { settleStorePorts } from '../state/store-ports.ts';
import type { Workspace } from '../workspace.ts';
import { claimPart } from './served-part.ts';

/** Becomes the process that follows the configuration of all services, and exits once its parent is gone. */
export async function serveReloader(workspace: Workspace, stack: Stack, sidecar: Sidecar): Promise<void> {
  const { root, stateDir, portOffset, env } = workspace;
  const parent = process.ppid;
  await claimPart(stateDir, sidecar.name);
  const ports = wantedPorts({ sidecars: [sidecar] });
  await endServicesOn(root, ports);
  await checkPorts(stack, portOffset, ports);
  const { environmentOf } = await prepare(workspace, stack, await settleStorePorts(stateDir));
  const command = reloaderCommand(sidecar, stack.services, { root, stateDir, env, environmentOf });
  const preloaded = fileURLToPath(new URL('served-program.ts', import.meta.url));
  process.chdir(root);
  process.execve?.(process.execPath, [process.execPath, '--import', preloaded, ...command.args], {
    ...command.env,
    KEEL_PARENT: String(parent),
  });
}
