import type { KeyStatus, RotationStep } from '@evenkeel/secrets';
import { KeelError } from '../failure.ts';
import { outputOf } from '../process/run-program.ts';
import type { Workspace } from '../workspace.ts';

const FILE = 'docker-compose.dev.yml';

/** Carries out a step in the container that makes the secrets: only it has the volumes of all others. */
export async function rotateInCompose(
  step: RotationStep,
  { root, env }: Pick<Workspace, 'root' | 'env'>,
): Promise<KeyStatus> {
  const compose = (...args: string[]) => outputOf('docker', ['compose', '--file', FILE, ...args], { env, cwd: root });
  if ((await compose('ps', '--status=running', '--services')).trim() === '') {
    throw new KeelError('The stack is not running in Compose', { fix: `docker compose -f ${FILE} up --build` });
  }
  const printed = await compose('run', '--rm', '--no-deps', '--no-TTY', 'secrets', '/secrets', step);
  try {
    return JSON.parse(printed) as KeyStatus;
  } catch (cause) {
    const why = 'its image is older than this command';
    throw new KeelError('The container of the secrets cannot rotate', {
      ...{ why, fix: `docker compose -f ${FILE} build secrets`, cause },
    });
  }
}
