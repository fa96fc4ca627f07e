export { itKeepsItsDescription, type DescriptionTests } from './description/it-keeps-its-description.ts';
export {
  startOtlpRecorder,
  type OtlpRecorder,
  type RecordedLog,
  type RecordedSpan,
} from './otlp-recorder.ts';
export { takePortBlock, type PortBlock } from './port-block.ts';
export { privateRedis, type PrivateRedis } from './private-redis.ts';
export { serveOnFreePort, type Served } from './serve-on-free-port.ts';
export { startProgram, startService, type ProgramProcess, type ServiceProcess } from './program-process.ts';
export { type StoreAddresses } from './stores/test-stores.ts';
export { createTestClient, type Answer, type SendOptions, type TestClient } from './test-client.ts';
export { createTestLogger } from './test-logger.ts';
export { testDatabase, type TestDatabase, type TestDatabaseOptions } from './test-database.ts';
export { testRedis, type TestRedis } from './test-redis.ts';
