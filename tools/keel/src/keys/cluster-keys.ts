import { rotationSteps, type KeyStatus, type RotationStep } from '@evenkeel/secrets';
import { serviceClients, type Service, type Stack } from '@evenkeel/stack';
import { changeClusterSecrets, type Target } from '../cluster/development-secrets.ts';
import { createKubectl } from '../cluster/kubectl.ts';
import { KeelError } from '../failure.ts';

const ROTATED: Service['secrets'] = ['signing_keys', 'service_clients', 'service_client_secret'];

/** Carries out a step on the Secrets of a namespace, and has the kubelet update the pods that mount them. */
export async function rotateInCluster(
  step: RotationStep,
  { root, stack, target, env }: { root: string; stack: Stack; target: Target; env: NodeJS.ProcessEnv },
  now: number,
): Promise<KeyStatus> {
  const kubectl = createKubectl(target, env);
  const readers = stack.services.filter(({ secrets }) => secrets.some((id) => ROTATED.includes(id)));
  const names = readers.map(({ name }) => name).join();
  const selector = `--selector=app.kubernetes.io/name in (${names})`;
  const pods = async () => (await kubectl(['get', 'pods', selector, '--output=name'])).split('\n').filter(Boolean);
  if ((await pods()).length === 0) {
    const why = `the namespace ${target.namespace} has no pod of ${names}`;
    throw new KeelError('The stack is not running in the cluster', { why, fix: 'tilt up -- --runtime=k8s' });
  }
  const clients = serviceClients(stack);
  const carryOut = (folder: string) => rotationSteps[step](folder, clients, now);
  const status = await changeClusterSecrets(root, stack, target, env, carryOut);
  // By itself the kubelet looks after a minute or more; it looks at once when the pod itself changes.
  await kubectl([
    'annotate',
    '--overwrite',
    ...(await pods()),
    `evenkeel/configured-at=${new Date(now).toISOString()}`,
  ]);
  return status;
}
