export type Log = (level: 'info' | 'warn' | 'error' | 'fatal', message: string, fields?: object) => void;

/** JSON lines with the fields of the services' own logs; `service` is the one that a line is about. */
export function createLog(write: (line: string) => void, now: () => Date = () => new Date()): Log {
  return (level, message, fields = {}) =>
    write(
      `${JSON.stringify({ level, time: now().toISOString(), name: 'config-reloader', ...fields, msg: message })}\n`,
    );
}
