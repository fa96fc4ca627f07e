import { KeelError } from '../failure.ts';
import { outputOf } from '../process/run-program.ts';

/** A program of Kubernetes's or Docker's, how to ask it whether it works, and what brings it. */
export interface ClusterProgram {
  name: string;
  args: readonly string[];
  fix: string;
}

export const clusterPrograms: readonly ClusterProgram[] = [
  {
    name: 'docker',
    args: ['version', '--format', '{{.Server.Version}}'],
    fix: 'install or start Docker: https://docs.docker.com/get-docker/',
  },
  { name: 'kind', args: ['version'], fix: 'brew install kind, or see https://kind.sigs.k8s.io/docs/user/quick-start/' },
  {
    name: 'kubectl',
    args: ['version', '--client'],
    fix: 'brew install kubectl, or see https://kubernetes.io/docs/tasks/tools/',
  },
];

export const tiltProgram: ClusterProgram = {
  name: 'tilt',
  args: ['version'],
  fix: 'brew install tilt, or see https://docs.tilt.dev/install.html',
};

/** What it prints about its version. @throws KeelError when it is missing, or its server does not answer */
export async function versionOf({ name, args, fix }: ClusterProgram, env: NodeJS.ProcessEnv): Promise<string> {
  try {
    const printed = await outputOf(name, args, { env });
    return /v?\d+\.\d+\S*/.exec(printed)?.[0].replace(/,$/, '') ?? printed.trim();
  } catch (error) {
    throw new KeelError((error as Error).message, { fix, cause: error });
  }
}

/** @throws KeelError that names every program that does not work here, and what brings it */
export async function checkPrograms(env: NodeJS.ProcessEnv): Promise<void> {
  const asked = await Promise.allSettled(clusterPrograms.map((program) => versionOf(program, env)));
  const failures = asked.flatMap((each) => (each.status === 'rejected' ? [(each.reason as Error).message] : []));
  if (failures.length > 0) throw new KeelError(`A cluster cannot run here:\n${failures.join('\n')}`);
}
