import { outputOf } from '../process/run-program.ts';

/** Runs kubectl against one cluster, with this text as its input, and resolves to what it printed. */
export type Kubectl = (args: readonly string[], input?: string) => Promise<string>;

/** @param target.namespace the default of each command; without one, that of the context */
export function createKubectl(target: { context: string; namespace?: string }, env: NodeJS.ProcessEnv): Kubectl {
  const { context, namespace } = target;
  const place = ['--context', context, ...(namespace === undefined ? [] : ['--namespace', namespace])];
  return (args, input = '') => outputOf('kubectl', [...place, ...args], { env, input });
}
