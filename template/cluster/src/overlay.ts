import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root, wideRates, withWideLimits } from '@evenkeel/containers';
import type { Images, Target } from './images.ts';

/** The namespaces that the overlays name. */
export const namespaces: Readonly<Record<Target, string>> = { dev: 'evenkeel-dev', prod: 'evenkeel' };

/**
 * Writes a kustomization that makes of an overlay what the tests deploy: with images from the cluster's registry and
 * limits for many people at one address. What a production cluster has outside, `prod` gets inside.
 */
export function writeOverlay(folder: string, target: Target, images: Images): void {
  const namespace = namespaces[target];
  const to = (...path: string[]) => relative(folder, join(root, 'infra', 'k8s', ...path));
  mkdirSync(folder, { recursive: true });
  const routes = readFileSync(join(root, 'apps', 'api-gateway', 'routes.yaml'), 'utf8');
  writeFileSync(join(folder, 'routes.yaml'), withWideLimits(routes));
  // Kustomize reads no file outside of a folder.
  if (target === 'prod')
    cpSync(join(root, 'infra', 'k8s', 'overlays', 'dev', 'entrance.yaml'), join(folder, 'entrance.yaml'));
  const merged = { namespace, behavior: 'merge' };
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    namespace,
    resources: [to('overlays', target), ...(target === 'prod' ? ['entrance.yaml'] : [])],
    components: target === 'prod' ? [to('components', 'stores')] : [],
    images: Object.entries(images).map(([service, image]) => {
      const [newName, digest] = image.split('@');
      return { name: `evenkeel/${service}`, newName, digest };
    }),
    configMapGenerator: [
      { ...merged, name: 'api-gateway-live', files: ['routes.yaml'], options: { disableNameSuffixHash: true } },
      { ...merged, name: 'auth-service', literals: Object.entries(wideRates).map((pair) => pair.join('=')) },
    ],
  };
  writeFileSync(join(folder, 'kustomization.yaml'), JSON.stringify(kustomization, null, 2));
}
