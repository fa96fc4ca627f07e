import { KeelError } from '../failure.ts';
import { outputOf } from '../process/run-program.ts';

/** What a cluster needs on the PATH, how each is asked whether it works, and what brings it. */
export const clusterPrograms = [
  {
    program: 'docker',
    args: ['version', '--format', '{{.Server.Version}}'],
    fix: 'install or start Docker: https://docs.docker.com/get-docker/',
  },
  {
    program: 'kind',
    args: ['version'],
    fix: 'brew install kind, or go install sigs.k8s.io/kind@v0.33.0: https://kind.sigs.k8s.io',
  },
  {
    program: 'kubectl',
    args: ['version', '--client'],
    fix: 'brew install kubectl: https://kubernetes.io/docs/tasks/tools/',
  },
] as const;

/** @throws KeelError that names every program that does not work here, and the command that brings it */
export async function checkPrograms(env: NodeJS.ProcessEnv): Promise<void> {
  const failures = await Promise.all(
    clusterPrograms.map(async ({ program, args, fix }) => {
      const failure = await outputOf(program, args, { env }).then(
        () => undefined,
        (error: Error) => error,
      );
      return failure === undefined ? [] : [{ what: failure.message, fix }];
    }),
  );
  const found = failures.flat();
  if (found.length === 0) return;
  throw new KeelError(`A cluster cannot run here:\n${found.map(({ what }) => what).join('\n')}`, {
    fix: found.map(({ fix }) => fix).join('\n  fix: '),
  });
}
