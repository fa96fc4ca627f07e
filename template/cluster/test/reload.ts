import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { namespaces } from '../src/overlay.ts';
import { cluster, kubectl, kubectlIn, pods, stack } from './cluster.ts';
import { portForward } from './port-forward.ts';

interface Config {
  version: string;
  loaded_at: string;
  error?: string;
}

/** The gateway's live ConfigMap, and what its pod says of it. */
export async function openLiveRoutes() {
  const gateway = stack.services.find(({ name }) => name === 'api-gateway');
  const [pod] = await pods('dev', 'api-gateway');
  const to = `pod/${pod?.metadata.name}`;
  const admin = await portForward('dev', to, gateway?.adminPort ?? 0);
  const reloader = await portForward('dev', to, stack.sidecars[0]?.metricsPort ?? 0);
  const text = async (port: number, path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text();
  const config = async () => (JSON.parse(await text(admin.port, '/healthz')) as { config: Config }).config;
  return {
    routes: () => kubectlIn('dev', 'get', 'configmap', 'api-gateway-live', '--output=jsonpath={.data.routes\\.yaml}'),
    config,
    metrics: () => text(reloader.port, '/metrics'),
    /** Resolves with the milliseconds from applying it until the pod says so. */
    async apply(routes: string, isSo: (config: Config) => boolean): Promise<number> {
      const file = join(cluster.folder, 'live.json');
      const metadata = { name: 'api-gateway-live', namespace: namespaces.dev };
      writeFileSync(
        file,
        JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'routes.yaml': routes } }),
      );
      const begun = performance.now();
      await kubectl(['apply', '--server-side', '--force-conflicts', '--filename', file]);
      await vi.waitFor(async () => expect(await config()).toSatisfy(isSo), { timeout: 150_000, interval: 50 });
      rmSync(file);
      return performance.now() - begun;
    },
    async [Symbol.asyncDispose]() {
      await admin[Symbol.asyncDispose]();
      await reloader[Symbol.asyncDispose]();
    },
  };
}
