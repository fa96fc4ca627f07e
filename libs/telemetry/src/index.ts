export { createLogger, logLevels, type Logger, type LogLevel } from './logger.ts';
export { metricsHandler, shutdownTelemetry } from './process-telemetry.ts';
export { currentTraceId } from './trace-id.ts';
