import type { Stack } from '@evenkeel/stack';
import { prepare } from '../environment/prepare.ts';
import { checkPorts, wantedPorts } from '../ports/taken-ports.ts';
import { endServicesOn } from '../state/leftovers.ts';
import { settleStorePorts } from '../state/store-ports.ts';
import type { Workspace } from '../workspace.ts';
import { claimPart } from './served-part.ts';

/** Claims a part of the stack and its ports, and prepares the environment of the services. */
export async function claimWithPorts(
  workspace: Workspace,
  stack: Stack,
  name: string,
  part: Parameters<typeof wantedPorts>[0],
): ReturnType<typeof prepare> {
  const { root, stateDir, portOffset } = workspace;
  await claimPart(stateDir, name);
  const ports = wantedPorts(part);
  await endServicesOn(root, ports);
  await checkPorts(stack, portOffset, ports);
  return prepare(workspace, stack, await settleStorePorts(stateDir));
}
