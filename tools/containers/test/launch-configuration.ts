import { launchConfigurations } from '@evenkeel/keel/launch';
import { loadStack, withPortOffset, type Stack } from '@evenkeel/stack';
import { root } from '../src/compose/copied-stack.ts';

/** What an editor is given to attach with. */
export interface LaunchConfiguration {
  name: string;
  port: number;
  remoteRoot?: string;
  restart: unknown;
}

/** The stack of this clone. */
export async function declaredStack(): Promise<Stack> {
  const result = await loadStack(root);
  if (!result.ok) throw new Error('services.yaml is not valid');
  return result.stack;
}

/** @param offset PORT_OFFSET of the stack that is attached to */
export function launchConfiguration(stack: Stack, name: string, offset = 0): LaunchConfiguration {
  const { configurations } = launchConfigurations(withPortOffset(stack, offset));
  const found = (configurations as LaunchConfiguration[]).find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no launch configuration "${name}"`);
  return found;
}
