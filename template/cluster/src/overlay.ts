import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { root, run, wideRates, withWideLimits } from '@evenkeel/containers';
import { connectionsOf, declaredStack, type Stack } from '@evenkeel/stack';
import type { Images, Target } from './images.ts';

/** The namespaces that the overlays name. */
export const namespaces: Readonly<Record<Target, string>> = { dev: 'evenkeel-dev', prod: 'evenkeel' };

/**
 * Writes a kustomization that makes of an overlay what the tests deploy: with images from the cluster's registry, and
 * limits for many people at one address. What `prod` expects outside of the cluster, it gets inside.
 */
export async function writeOverlay(folder: string, target: Target, images: Images): Promise<void> {
  const namespace = namespaces[target];
  const to = (...path: string[]) => relative(folder, join(root, 'infra', 'k8s', ...path));
  await mkdir(folder, { recursive: true });
  const routes = await readFile(join(root, 'apps', 'api-gateway', 'routes.yaml'), 'utf8');
  await writeFile(join(folder, 'routes.yaml'), withWideLimits(routes));
  const merged = { namespace, behavior: 'merge' };
  const variables = environment(await declaredStack(root), target);
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    namespace,
    resources: [to('overlays', target)],
    components: target === 'prod' ? [to('components', 'stores'), to('components', 'entrance')] : [],
    images: await Promise.all(Object.entries(images).map((image) => replacement(target, ...image))),
    configMapGenerator: [
      { ...merged, name: 'api-gateway-live', files: ['routes.yaml'], options: { disableNameSuffixHash: true } },
      ...Object.entries(variables).map(([name, literals]) => ({ ...merged, name, literals })),
    ],
  };
  await writeFile(join(folder, 'kustomization.yaml'), JSON.stringify(kustomization, null, 2));
}

/** By service, variables that differ from those of the overlay. */
function environment(stack: Stack, target: Target): Record<string, string[]> {
  const address = (name: string) =>
    `${name}:${[...stack.services, ...stack.backing].find((part) => part.name === name)?.port}`;
  const secretFile = (file: string) => `/run/secrets/${file}`;
  const own = stack.services.map((service) => {
    const variables = {
      ...(target === 'prod' && connectionsOf(stack, service, { address, secretFile })),
      ...(service.name === 'auth-service' && wideRates),
    };
    return [service.name, Object.entries(variables).map((pair) => pair.join('='))] as const;
  });
  return Object.fromEntries(own.filter(([, literals]) => literals.length > 0));
}

/** For kustomize: the name that an overlay gives the image of a service, and the image to use. */
async function replacement(target: Target, service: string, image: string) {
  const { stdout } = await run('kubectl', ['kustomize', join(root, 'infra', 'k8s', 'overlays', target)]);
  const name = new RegExp(`(?<= image: )\\S+/${service}(?=[:@\\s])`).exec(stdout)?.[0];
  const [newName, digest] = image.split('@');
  return { name, newName, digest };
}
