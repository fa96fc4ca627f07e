import { run, type Output, type RunOptions } from '@evenkeel/containers';

/** kubectl, for one cluster. */
export interface Kubectl {
  (args: readonly string[], options?: RunOptions): Promise<Output>;
  /** The environment in which any kubectl talks to that cluster. */
  readonly env: NodeJS.ProcessEnv;
}

/** @param kubeconfig a file whose current context is the cluster */
export function kubectlFor(kubeconfig: string): Kubectl {
  // eslint-disable-next-line no-restricted-properties -- what a program inherits
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  return Object.assign((args: readonly string[], options?: RunOptions) => run('kubectl', args, { env, ...options }), {
    env,
  });
}

/** What of the cluster's programs does not work on this machine; `undefined` when all do. */
export async function whyNoPrograms(): Promise<string | undefined> {
  const asked = { kind: ['version'], kubectl: ['version', '--client'] };
  for (const [program, args] of Object.entries(asked)) {
    const works = await run(program, args, { timeoutMs: 60_000 }).then(
      () => true,
      () => false,
    );
    if (!works) return `${program} is not on the PATH`;
  }
  return undefined;
}
