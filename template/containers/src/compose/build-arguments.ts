import { docker } from '../engine/docker.ts';
import type { RunOptions } from '../engine/run.ts';

/** What every image of a service is built with. */
export interface BuildArguments extends Readonly<Record<string, string>> {
  readonly NODE_IMAGE: string;
  readonly DISTROLESS_IMAGE: string;
  /** Empty: the registry that npm has by default. */
  readonly NPM_CONFIG_REGISTRY: string;
}

/**
 * What the environment and the `.env` of a clone say of builds. Compose answers it: it knows how `REGISTRY` and the
 * variables of single images go together.
 */
export async function buildArguments(folder: string, options: RunOptions = {}): Promise<BuildArguments> {
  const args = ['compose', '--file', 'docker-compose.dev.yml', 'config', '--format', 'json'];
  const { services } = JSON.parse((await docker(args, { cwd: folder, ...options })).stdout) as {
    services: { secrets: { build: { args: BuildArguments } } };
  };
  return services.secrets.build.args;
}
