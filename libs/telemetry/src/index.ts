export { createLogger, logLevels, type Logger, type LogLevel } from './logger.ts';
export { metricsHandler, observeInfo, shutdownTelemetry, type InfoMetric } from './process-telemetry.ts';
export { currentTraceId } from './trace-id.ts';
