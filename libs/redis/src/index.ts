export { createRedisCheck } from './check.ts';
export { closeRedis, createRedis, type Redis, type RedisOptions } from './client.ts';
export { createScript, type Script } from './script.ts';
