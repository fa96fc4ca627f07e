import { outputOf } from '../process/run-program.ts';

/** Runs kubectl against one cluster, with this text as its input, and resolves to what it printed. */
export type Kubectl = (args: readonly string[], input?: string) => Promise<string>;

/** @param options.namespace that of the command, unless it names another */
export function createKubectl(
  { context, namespace }: { context: string; namespace?: string },
  env: NodeJS.ProcessEnv,
): Kubectl {
  const place = ['--context', context, ...(namespace === undefined ? [] : ['--namespace', namespace])];
  return (args, input = '') => outputOf('kubectl', [...place, ...args], { env, input });
}
