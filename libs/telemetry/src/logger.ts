import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import { sendLogLine } from './process-telemetry.ts';
import { currentSpanContext } from './trace-id.ts';

export type { Logger } from 'pino';

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** What must not reach a log even when a caller hands over a whole object. A net below the rule never to log secrets. */
const secretPaths = ['password', 'token', 'access_token', 'refresh_token', 'authorization', 'cookie', 'client_secret'];

/** What PostgreSQL's driver adds to an error: the values of the row that it is about. */
const rowPaths = ['err.detail', 'err.where'];

/**
 * JSON lines on stdout, with the `trace_id` and `span_id` of the request that is being served. Where telemetry is sent to
 * a collector, they are sent as well.
 * @param destination another stream, for tests.
 */
export function createLogger(service: string, level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { service },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    mixin: traceOfRequest,
    hooks: {
      streamWrite(line: string): string {
        sendLogLine(line);
        return line;
      },
    },
    redact: {
      paths: [...secretPaths.flatMap((path) => [path, `*.${path}`, `*.*.${path}`]), ...rowPaths],
      censor: '[redacted]',
    },
  };
  return pino(options, destination ?? createStdout());
}

/** Bytes of lines that wait until stdout takes them; what comes beyond them is lost. */
const STDOUT_BUFFER = 16 * 1024 * 1024;

/** They are written when there are so many, or after so long: a system call for each line would cost more than it does. */
const STDOUT_CHUNK = 12 * 1024;
const STDOUT_DELAY_MS = 50;

/** Who reads stdout must not hold up requests. What is left when the process exits is written then. */
function createStdout(): DestinationStream {
  const buffer = { minLength: STDOUT_CHUNK, maxLength: STDOUT_BUFFER, periodicFlush: STDOUT_DELAY_MS };
  return pino.destination({ dest: 1, sync: false, ...buffer });
}

function traceOfRequest(): object {
  const span = currentSpanContext();
  return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId };
}
