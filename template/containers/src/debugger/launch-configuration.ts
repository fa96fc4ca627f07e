import { launchConfigurations } from '@evenkeel/keel/launch';
import { withPortOffset, type Stack } from '@evenkeel/stack';

/** The configuration that an editor attaches with. */
export interface LaunchConfiguration {
  name: string;
  port: number;
  remoteRoot?: string;
  restart: unknown;
}

/** @param offset PORT_OFFSET of that stack */
export function launchConfiguration(stack: Stack, name: string, offset = 0): LaunchConfiguration {
  const { configurations } = launchConfigurations(withPortOffset(stack, offset));
  const found = (configurations as LaunchConfiguration[]).find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no launch configuration "${name}"`);
  return found;
}
