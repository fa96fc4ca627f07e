import { loadStack, type Stack } from '@evenkeel/stack';
import { root } from './copied-stack.ts';

/** The stack that `services.yaml` of this clone declares. */
export async function declaredStack(): Promise<Stack> {
  const result = await loadStack(root);
  if (!result.ok) throw new Error('services.yaml is not valid');
  return result.stack;
}
