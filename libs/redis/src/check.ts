import type { Redis } from 'ioredis';

/**
 * Whether Redis responds.
 * @param required whether `services.yaml` lists Redis in the service's `depends_on`.
 */
export function createRedisCheck(client: Redis, { required }: { required: boolean }) {
  return { required, check: (): Promise<unknown> => client.ping() };
}
