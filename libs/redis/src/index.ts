export { redisCheck } from './check.ts';
export { closeRedis, connectRedis, type Redis, type RedisOptions } from './client.ts';
