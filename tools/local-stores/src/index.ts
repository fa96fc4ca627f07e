export { guardProcess, type Guard } from './guard.ts';
export { findFreePort, isPortFree } from './loopback-port.ts';
export { cloneDatabase, dropDatabase, ensureDatabase, type OwnedDatabase } from './postgres-databases.ts';
export { examinePostgres } from './postgres-examination.ts';
export { startPostgres, type Postgres, type PostgresOptions } from './postgres.ts';
export { endProcess, identify, isAlive } from './process-identity.ts';
export { findRedisProgram, lookForRedisProgram, type RedisSearch } from './redis-program.ts';
export { startRedis, type Redis, type RedisOptions } from './redis.ts';
export { StoreError, typed } from './store-error.ts';
