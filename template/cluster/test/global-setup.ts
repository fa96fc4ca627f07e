import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { docker, root, run, whyNoEngine } from '@evenkeel/containers';
import { declaredStack, type Stack } from '@evenkeel/stack';
import { takePortBlock } from '@evenkeel/testing/port-block';
import type { TestProject } from 'vitest/node';
import { buildImages, pushImages, removeImages, type Images, type Target } from '../src/images.ts';
import { kubectlFor, whyNoPrograms } from '../src/kubectl.ts';

declare module 'vitest' {
  interface ProvidedContext {
    cluster: ProvidedCluster | { missing: string };
  }
}

export interface ProvidedCluster {
  /** For files of this run: overlays, the kubeconfig. */
  folder: string;
  kubeconfig: string;
  /** Of kind. */
  name: string;
  /** What `./keel cluster` must know to find the cluster. */
  keelEnv: Record<string, string>;
  /** The port of this machine that leads to the entrance. */
  entrancePort: number;
  /** The port of this machine at which its registry listens. */
  registryPort: number;
  images: Record<Target, Images>;
}

/** The ports of this machine that a cluster takes, before PORT_OFFSET: the entrance and the registry. */
const [ENTRANCE, REGISTRY] = [8080, 5001];

/** One cluster for all files of a run, with the images of all services in its registry. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const missing = (await whyNoEngine()) ?? (await whyNoPrograms());
  if (missing !== undefined) {
    if (process.env['REQUIRE_CLUSTER']) throw new Error(missing);
    project.provide('cluster', { missing });
    return undefined;
  }
  const block = await takePortBlock([ENTRANCE, REGISTRY]);
  const folder = join(root, '.keel', `cluster-${process.pid}`);
  const kubeconfig = join(folder, 'kubeconfig');
  const registryPort = REGISTRY + block.offset;
  const keelEnv = { KUBECONFIG: kubeconfig, KEEL_STATE_DIR: folder, PORT_OFFSET: String(block.offset) };
  const keel = (...args: string[]) =>
    run('./keel', ['cluster', ...args], { cwd: root, env: { ...process.env, ...keelEnv } });
  const remove = async () => {
    await keel('down');
    await removeImages(registryPort);
    const left = await docker(['ps', '--all', '--format={{.Names}}', `--filter=name=-${block.offset}-`]);
    if (left.stdout !== '') throw new Error(`./keel cluster down has left ${left.stdout}`);
    rmSync(folder, { recursive: true });
    await block[Symbol.asyncDispose]();
  };
  mkdirSync(folder, { recursive: true });
  const stack = await declaredStack(root);
  try {
    const [up] = await Promise.all([
      timed('cluster up', () => keel('up')),
      timed('images built', () => build(stack, registryPort)),
    ]);
    console.log(up.stdout.trim().split('\n').at(-1));
    const images = {
      dev: await pushImages(stack, 'dev', registryPort),
      prod: await pushImages(stack, 'prod', registryPort),
    };
    const entrancePort = ENTRANCE + block.offset;
    const name = (await kubectlFor(kubeconfig)(['config', 'current-context'])).stdout.trim().replace('kind-', '');
    project.provide('cluster', { folder, kubeconfig, name, keelEnv, entrancePort, registryPort, images });
  } catch (error) {
    await remove();
    throw error;
  }
  return remove;
}

async function build(stack: Stack, registryPort: number): Promise<void> {
  await buildImages(stack, 'dev', registryPort);
  await buildImages(stack, 'prod', registryPort);
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  const result = await work();
  console.log(`${what}: ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  return result;
}
