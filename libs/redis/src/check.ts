import type { Redis } from 'ioredis';

/**
 * What a service's health looks at.
 * @param required whether `services.yaml` lists Redis in the service's `depends_on`.
 */
export function redisCheck(client: Redis, { required }: { required: boolean } = { required: true }) {
  return { required, check: (): Promise<unknown> => client.ping() };
}
