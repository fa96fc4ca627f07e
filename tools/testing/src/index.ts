export { assertDocumented } from './description/check-response.ts';
export { holdToDescription, type DescribedService, type HeldToDescription } from './description/hold-to-description.ts';
export { takePortBlock, type PortBlock } from './port-block.ts';
export { privateRedis, type PrivateRedis } from './private-redis.ts';
export { serveOnFreePort, type Served } from './serve-on-free-port.ts';
export { startProgram, startService, type ProgramProcess, type ServiceProcess } from './program-process.ts';
export { type StoreAddresses } from './stores/stores.ts';
export { testDatabase, type TestDatabase, type TestDatabaseOptions } from './test-database.ts';
export { testRedis, type TestRedis } from './test-redis.ts';
