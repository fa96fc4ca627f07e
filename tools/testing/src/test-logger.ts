import { createLogger, type Logger } from '@evenkeel/telemetry';

/** A logger whose lines a test can read. */
export function createTestLogger(service: string): { logger: Logger; log: Record<string, unknown>[] } {
  const log: Record<string, unknown>[] = [];
  const write = (line: string) => void log.push(JSON.parse(line) as Record<string, unknown>);
  return { logger: createLogger(service, 'info', { write }), log };
}
