import { docker, inspect } from '@evenkeel/containers';

export type Target = 'dev' | 'prod';

/** One build of one service's image. */
export interface Build {
  readonly service: string;
  readonly target: Target;
  readonly seconds: number;
  /** Identities of the image's layers, the base's first. */
  readonly layers: readonly string[];
  readonly megabytes: number;
}

/** Builds an image of the clone in `folder`; returns the build time and the image. */
export async function build(
  folder: string,
  service: string,
  target: Target,
  buildArguments: Readonly<Record<string, string>>,
): Promise<Build> {
  const tag = imageName(service, target);
  const settings = Object.entries({ ...buildArguments, SERVICE: service });
  const begun = performance.now();
  await docker(
    [
      ...['build', '--file', 'infra/docker/Dockerfile', '--target', target, '--tag', tag],
      ...settings.flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
      '.',
    ],
    { cwd: folder, timeoutMs: 900_000 },
  );
  const seconds = (performance.now() - begun) / 1000;
  const { RootFS, Size } = await inspect(tag);
  return { service, target, seconds, layers: RootFS.Layers, megabytes: Size / 1e6 };
}

export function imageName(service: string, target: Target): string {
  return `evenkeel-bench/${service}:${target}`;
}

/** Splits the layers of an image into those shared with the one before, and new ones. */
export function compare(before: readonly string[], after: readonly string[]): { reused: number; rebuilt: number } {
  const reused = after.filter((layer) => before.includes(layer)).length;
  return { reused, rebuilt: after.length - reused };
}
