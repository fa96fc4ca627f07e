import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';

export type { Logger } from 'pino';

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** What must not reach a log even when a caller hands over a whole object. A net below the rule never to log secrets. */
const secretPaths = ['password', 'token', 'access_token', 'refresh_token', 'authorization', 'cookie', 'client_secret'];

/** What PostgreSQL's driver adds to an error: the values of the row that it is about. */
const rowPaths = ['err.detail', 'err.where'];

/**
 * JSON lines on stdout. `trace_id` and `span_id` are added by telemetry when a request is being served.
 * @param destination another stream, for tests.
 */
export function createLogger(service: string, level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { service },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: [...secretPaths.flatMap((path) => [path, `*.${path}`, `*.*.${path}`]), ...rowPaths],
      censor: '[redacted]',
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
