import { loadStack, type Stack } from '@evenkeel/stack';

/** The stack that `services.yaml` of a clone declares. */
export async function declaredStack(folder: string): Promise<Stack> {
  const result = await loadStack(folder);
  if (!result.ok) throw new Error('services.yaml is not valid');
  return result.stack;
}
