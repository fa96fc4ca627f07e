export { createAccessLog, type AccessEntry } from './access-log.ts';
export { createLogger, logLevels, type Logger, type LogLevel } from './logger.ts';
export {
  metricsHandler,
  observeInfo,
  onExportOutage,
  shutdownTelemetry,
  type InfoMetric,
} from './process-telemetry.ts';
export { observeClientRequests, type BeginRequest, type ClientRequest } from './client-request.ts';
export { pathOf } from './path.ts';
export { observeRequests, recordFailure, setRoute, setUser } from './server-request.ts';
export { observeStore, type BeginCall } from './store-call.ts';
export { currentTraceId } from './trace-id.ts';
