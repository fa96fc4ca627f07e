import type { Stack } from '../stack.ts';

/** Something in a file that is not as `services.yaml` says; the file is known to whoever asked. */
export interface Difference {
  readonly line: number;
  readonly message: string;
}

/** The services that nothing else of the stack talks to: those for its clients. */
export function entryServices(stack: Stack): string[] {
  const used = new Set(stack.services.flatMap(({ dependsOn, calls }) => [...dependsOn, ...calls]));
  return stack.services.map(({ name }) => name).filter((name) => !used.has(name));
}
