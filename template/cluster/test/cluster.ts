import { join } from 'node:path';
import { root, run } from '@evenkeel/containers';
import { declaredStack } from '@evenkeel/stack';
import { beforeEach, expect, inject, vi } from 'vitest';
import type { Target } from '../src/images.ts';
import { kubectlFor } from '../src/kubectl.ts';
import { namespaces, writeOverlay } from '../src/overlay.ts';
import type { ProvidedCluster } from './global-setup.ts';

const provided = inject('cluster');

/** False on a machine without a cluster: a file's preparations must not run then either. */
export const hasCluster = !('missing' in provided);

/** Skips the tests of a file, with the reason, where there is no cluster. */
export function needsCluster(): void {
  beforeEach((context) => {
    if ('missing' in provided) context.skip(provided.missing);
  });
}

export const cluster = provided as ProvidedCluster;
export const kubectl = kubectlFor(cluster.kubeconfig);
export const stack = await declaredStack(root);
export const services = stack.services.map(({ name }) => name);
export const stores = stack.backing.map(({ name }) => name);
export const baseUrl = `http://127.0.0.1:${cluster.entrancePort}`;

/** kubectl in the namespace of an overlay. */
export async function kubectlIn(target: Target, ...args: string[]): Promise<string> {
  return (await kubectl(['--namespace', namespaces[target], ...args])).stdout;
}

export async function keel(...args: string[]): Promise<string> {
  const env = { ...process.env, ...cluster.keelEnv };
  return (await run('./keel', args, { cwd: root, env })).stdout;
}

/** Deploys an overlay, or what differs from it, and leads the entrance to it. */
export async function deploy(target: Target): Promise<void> {
  const begun = performance.now();
  const overlay = join(cluster.folder, target);
  await writeOverlay(overlay, target, cluster.images[target]);
  await keel('cluster', 'secrets', '--namespace', namespaces[target]);
  await releaseEntrance(target);
  await kubectl(['apply', '--server-side', '--kustomize', overlay]);
  await settled(target);
  console.log(`${target} deployed and ready: ${((performance.now() - begun) / 1000).toFixed(1)} s`);
}

/** Takes the one port of the node that leads in from the other overlay. */
export async function releaseEntrance(target: Target): Promise<void> {
  const other = target === 'dev' ? 'prod' : 'dev';
  await kubectlIn(other, 'delete', 'service', 'entrance', '--ignore-not-found');
}

/** Resolves when all pods run what is declared, and those that were replaced are gone. */
export async function settled(target: Target): Promise<void> {
  const workloads = [...services.map((name) => `deployment/${name}`), ...stores.map((name) => `statefulset/${name}`)];
  for (const workload of workloads) await kubectlIn(target, 'rollout', 'status', workload, '--timeout=5m');
  // One, until the autoscaler has seen it.
  if (target === 'prod')
    await kubectlIn(target, 'wait', 'deployment', '--all', '--for=jsonpath={.status.readyReplicas}=2', '--timeout=5m');
  const leaving = async () => (await pods(target)).filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
  await vi.waitFor(async () => expect(await leaving()).toEqual([]), { timeout: 120_000, interval: 500 });
}

export interface Pod {
  metadata: { name: string; uid: string; labels?: Record<string, string>; deletionTimestamp?: string };
  spec: { containers: { image: string }[] };
  status: { podIP: string; conditions?: { type: string; status: string }[] };
}

/** Those of a service or store, or all. */
export async function pods(target: Target, name?: string): Promise<Pod[]> {
  const selector = name === undefined ? [] : ['--selector', `app.kubernetes.io/name=${name}`];
  const list = await kubectlIn(target, 'get', 'pods', ...selector, '--output=json');
  return (JSON.parse(list) as { items: Pod[] }).items;
}

export async function secret(target: Target, name: string, key: string): Promise<string> {
  const value = await kubectlIn(target, 'get', 'secret', name, `--output=jsonpath={.data.${key}}`);
  return Buffer.from(value, 'base64').toString();
}
