export { createLogger, logLevels, type Logger, type LogLevel } from './logger.ts';
export {
  metricsHandler,
  observeInfo,
  onExportOutage,
  shutdownTelemetry,
  type InfoMetric,
} from './process-telemetry.ts';
export { observeRequests, recordFailure, setRoute, setUser } from './server-request.ts';
export { observeStore, type BeginCall } from './store-call.ts';
export { currentTraceId } from './trace-id.ts';
