export type Log = (level: 'info' | 'warn' | 'error' | 'fatal', message: string, fields?: object) => void;

/** JSON lines like those of the services; `target` is the service that a line is about. */
export function createLog(write: (line: string) => void): Log {
  return (level, msg, fields) =>
    write(`${JSON.stringify({ level, time: new Date().toISOString(), service: 'config-reloader', ...fields, msg })}\n`);
}
