import { buildArguments, docker, root, run } from '@evenkeel/containers';
import type { Stack } from '@evenkeel/stack';

export type Target = 'dev' | 'prod';
/** `name@sha256:…` in the registry of the cluster, by service or sidecar. */
export type Images = Readonly<Record<string, string>>;

/** Builds the images of all services and sidecars. They are named for a registry on `registryPort` of this machine. */
export async function buildImages({ services }: Stack, target: Target, registryPort: number): Promise<void> {
  const env = {
    // eslint-disable-next-line no-restricted-properties -- Docker reads its own variables
    ...process.env,
    // With containerd's image store, a record of the build gives an unchanged image another identity every time.
    BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
    ...(await buildArguments(root)),
    IMAGE_PREFIX: prefix(registryPort),
    VERSION: target,
  };
  const targets = services.map(({ name }) => `${name}-local.target=${target}`);
  const set = [...targets, '*.output=type=docker'].flatMap((value) => ['--set', value]);
  await run('docker', ['buildx', 'bake', '--file', 'infra/docker/docker-bake.hcl', 'local', ...set], {
    cwd: root,
    env,
  });
}

/** Pushes what `buildImages` has built, and names it by digest. */
export async function pushImages({ services, sidecars }: Stack, target: Target, registryPort: number): Promise<Images> {
  const images: Record<string, string> = {};
  for (const { name } of [...services, ...sidecars]) {
    const tag = `${prefix(registryPort)}${name}:${target}`;
    await docker(['push', '--quiet', tag]);
    images[name] = (await docker(['image', 'inspect', '--format', '{{index .RepoDigests 0}}', tag])).stdout.trim();
  }
  return images;
}

/**
 * Puts published images into the registry of the cluster, whose nodes ask it first: from this engine, or from where they
 * are published.
 *
 * @returns why not, where an image is not to be had
 */
export async function pushPublished(images: readonly string[], registryPort: number): Promise<string | undefined> {
  for (const image of images) {
    const isThere = await succeeds(['image', 'inspect', image]);
    if (!isThere && !(await succeeds(['pull', '--quiet', image]))) return `${image} cannot be pulled`;
    const copy = `localhost:${registryPort}/${image}`;
    await docker(['tag', image, copy]);
    await docker(['push', '--quiet', copy]);
    await docker(['rmi', copy]);
  }
  return undefined;
}

function succeeds(args: readonly string[]): Promise<boolean> {
  return docker(args).then(
    () => true,
    () => false,
  );
}

/** Takes out of this engine what `buildImages` has put there. */
export async function removeImages(registryPort: number): Promise<void> {
  const { stdout } = await docker(['images', '--format', '{{.Repository}}:{{.Tag}}', `${prefix(registryPort)}*`]);
  // A run that was stopped may have left images whose tags a later one took.
  const tags = stdout.split('\n').filter((tag) => tag !== '' && !tag.endsWith(':<none>'));
  if (tags.length > 0) await docker(['rmi', ...tags]);
}

function prefix(registryPort: number): string {
  return `localhost:${registryPort}/evenkeel/`;
}
