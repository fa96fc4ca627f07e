import { docker } from '../engine/docker.ts';
import type { RunOptions } from '../engine/run.ts';

/** The build arguments of every service image. */
export interface BuildArguments extends Readonly<Record<string, string>> {
  readonly NODE_IMAGE: string;
  readonly DISTROLESS_IMAGE: string;
  /** Empty for npm's default registry. */
  readonly NPM_CONFIG_REGISTRY: string;
}

/**
 * Build arguments from the environment and the `.env` of a clone. Compose resolves them: it knows how `REGISTRY` and the
 * variables of single images combine.
 */
export async function buildArguments(folder: string, options: RunOptions = {}): Promise<BuildArguments> {
  const args = ['compose', '--file', 'docker-compose.dev.yml', 'config', '--format', 'json'];
  const { services } = JSON.parse((await docker(args, { cwd: folder, ...options })).stdout) as {
    services: { secrets: { build: { args: BuildArguments } } };
  };
  return services.secrets.build.args;
}
