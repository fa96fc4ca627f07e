import { declaredStack, withPortOffset, type Stack } from '@evenkeel/stack';
import { KeelError } from '../failure.ts';

/**
 * The declaration of the stack.
 *
 * @param offset PORT_OFFSET, by which all ports are moved
 * @throws InvalidStackError with all its mistakes; KeelError for an offset that does not fit
 */
export async function readStackFile(root: string, offset = 0): Promise<Stack> {
  const stack = await declaredStack(root);
  try {
    return withPortOffset(stack, offset);
  } catch (error) {
    throw new KeelError((error as Error).message, { exitCode: 2, cause: error });
  }
}
