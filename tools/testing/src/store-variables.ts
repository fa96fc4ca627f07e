import { inject } from 'vitest';

/** The variables by which another run of Vitest uses the stores of this one. For suites with the global setup. */
export function storeVariables(): Record<string, string> {
  const { postgresUrl, redisUrl, redisPassword } = inject('stores');
  return { TEST_POSTGRES_URL: postgresUrl, TEST_REDIS_URL: redisUrl, TEST_REDIS_PASSWORD: redisPassword };
}
