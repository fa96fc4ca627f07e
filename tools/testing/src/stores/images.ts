import { parse } from 'yaml';

type Store = 'postgres' | 'redis';

/**
 * Names the images as `docker-compose.dev.yml` does: POSTGRES_IMAGE and REDIS_IMAGE are whole names; without them it is
 * what `services.yaml` says, with REGISTRY before it. An empty variable counts as unset.
 */
export function storeImages(servicesYaml: string, env: NodeJS.ProcessEnv): Record<Store, string> {
  const { backing } = parse(servicesYaml) as { backing: Record<Store, { image: string }> };
  const registry = env['REGISTRY'] ?? '';
  return {
    postgres: env['POSTGRES_IMAGE'] || registry + backing.postgres.image,
    redis: env['REDIS_IMAGE'] || registry + backing.redis.image,
  };
}
