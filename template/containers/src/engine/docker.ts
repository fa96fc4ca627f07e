import { run, type Output, type RunOptions } from './run.ts';

/** Runs the Docker command. */
export function docker(args: readonly string[], options?: RunOptions): Promise<Output> {
  return run('docker', args, options);
}

/** Why containers cannot be used on this machine; `undefined` when they can. */
export async function whyNoEngine(): Promise<string | undefined> {
  const asked = [['info'], ['compose', 'version'], ['buildx', 'version']].map((args) =>
    docker(args, { timeoutMs: 20_000 }),
  );
  const [info, compose, buildx] = await Promise.allSettled(asked);
  if (info?.status !== 'fulfilled') return 'no Docker Engine is running';
  if (compose?.status !== 'fulfilled') return 'docker compose is not installed';
  return buildx?.status === 'fulfilled' ? undefined : 'docker buildx is not installed';
}

/** The result of `docker inspect` for a container or an image. */
export async function inspect(name: string): Promise<Inspected> {
  const { stdout } = await docker(['inspect', name]);
  return (JSON.parse(stdout) as [Inspected])[0];
}

/**
 * The result of `docker image inspect` for a base image. Pulls it if it is missing: images that BuildKit fetches for a
 * build never appear among the engine's images.
 */
export async function inspectImage(name: string, command: typeof docker = docker): Promise<Inspected> {
  const ask = async () => (JSON.parse((await command(['image', 'inspect', name])).stdout) as [Inspected])[0];
  return ask().catch(async () => {
    await command(['pull', '--quiet', name]);
    return ask();
  });
}

export interface Inspected {
  readonly Id: string;
  /** Of an image, in bytes. */
  readonly Size: number;
  readonly RestartCount: number;
  readonly Config: { readonly User: string; readonly Env: readonly string[]; readonly Labels: Record<string, string> };
  readonly State: {
    readonly StartedAt: string;
    readonly Health?: { readonly Status: string };
    readonly Running: boolean;
    readonly ExitCode: number;
  };
  readonly RootFS: { readonly Layers: readonly string[] };
}

/** A subnet that no network of this engine has, small and private. */
export async function freeSubnet(): Promise<string> {
  const { stdout: ids } = await docker(['network', 'ls', '--quiet']);
  const names = ids.split('\n').filter(Boolean);
  const { stdout } = await docker([
    'network',
    'inspect',
    '--format',
    '{{range .IPAM.Config}}{{.Subnet}} {{end}}',
    ...names,
  ]);
  // Tests of several clones may choose one at the same time.
  const start = process.pid % 200;
  for (let index = 0; index < 200; index++) {
    const third = (start + index) % 200;
    if (!stdout.includes(`172.30.${third}.`)) return `172.30.${third}.0/24`;
  }
  throw new Error('there is no free subnet in 172.30.0.0/16. Remove networks: docker network prune');
}
