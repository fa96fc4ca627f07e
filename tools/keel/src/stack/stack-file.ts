import { formatProblem, loadStack, withPortOffset, type Stack } from '@evenkeel/stack';
import { KeelError } from '../failure.ts';

/** The declaration of the stack. @throws KeelError with all its mistakes. */
export async function readStackFile(root: string): Promise<Stack> {
  const result = await loadStack(root);
  if (result.ok) return result.stack;
  throw new KeelError(`services.yaml is not valid:\n${result.problems.map((p) => `  ${formatProblem(p)}`).join('\n')}`);
}

/** The stack with its ports moved by PORT_OFFSET. */
export function moved(stack: Stack, offset: number): Stack {
  try {
    return withPortOffset(stack, offset);
  } catch (error) {
    throw new KeelError((error as Error).message, { exitCode: 2, cause: error });
  }
}
