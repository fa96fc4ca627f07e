export { guardProcess } from './guard.ts';
export { findFreePort, isPortFree } from './loopback-port.ts';
export { asAdmin, cloneDatabase, dropDatabase, ensureDatabase, type OwnedDatabase } from './postgres-databases.ts';
export { examinePostgres, startPostgres } from './postgres.ts';
export { endProcess, identify, isAlive } from './process-identity.ts';
export { findRedisProgram, lookForRedisProgram } from './redis-program.ts';
export { startRedis } from './redis.ts';
export { StoreError, typed } from './store-error.ts';
export { type LocalStore } from './store.ts';
