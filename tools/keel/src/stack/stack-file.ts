import { formatProblem, loadStack, withPortOffset, type Stack } from '@evenkeel/stack';
import { KeelError } from '../failure.ts';

/**
 * The declaration of the stack.
 *
 * @param offset PORT_OFFSET, by which all ports are moved
 * @throws KeelError with all its mistakes
 */
export async function readStackFile(root: string, offset = 0): Promise<Stack> {
  const result = await loadStack(root);
  if (!result.ok) {
    const problems = result.problems.map((problem) => `  ${formatProblem(problem)}`);
    throw new KeelError(`services.yaml is not valid:\n${problems.join('\n')}`);
  }
  try {
    return withPortOffset(result.stack, offset);
  } catch (error) {
    throw new KeelError((error as Error).message, { exitCode: 2, cause: error });
  }
}
