import type { Terminal } from '../terminal.ts';

type Colors = Terminal['colors'];

/**
 * A line of a service's output, readable: pino's JSON becomes time, level, message and the remaining fields; an
 * error's stack follows on lines of its own. Anything else stays as it is.
 */
export function formatLine(line: string, colors: Colors): string {
  const entry = parse(line);
  if (entry === undefined) return line;
  const { time, level, msg, service: _service, err, ...fields } = entry;
  const parts = [colors.dim(clockTime(time)), levelName(level, colors)];
  if (typeof msg === 'string' && msg !== '') parts.push(msg);
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && !DROPPED.has(name)) parts.push(`${colors.dim(`${name}=`)}${plainValue(value)}`);
  }
  const error = err === undefined ? '' : `\n${colors.red(indent(errorText(err)))}`;
  return parts.join(' ') + error;
}

/** The same on every line of a service, or of use to machines only. */
const DROPPED = new Set(['pid', 'hostname', 'name', 'span_id', 'trace_flags']);

interface Entry {
  time: unknown;
  level: unknown;
  msg?: unknown;
  err?: unknown;
  [field: string]: unknown;
}

function parse(line: string): Entry | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const entry = JSON.parse(line) as Entry;
    return 'level' in entry && 'time' in entry ? entry : undefined;
  } catch {
    return undefined;
  }
}

function clockTime(time: unknown): string {
  const date = new Date(time as string | number);
  if (Number.isNaN(date.getTime())) return String(time);
  return `${date.toTimeString().slice(0, 8)}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

const NUMBERED: Record<number, string> = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' };

function levelName(level: unknown, colors: Colors): string {
  const name = (typeof level === 'number' ? NUMBERED[level] : undefined) ?? String(level);
  const text = name.toUpperCase().padEnd(5);
  if (name === 'error' || name === 'fatal') return colors.red(text);
  if (name === 'warn') return colors.yellow(text);
  return name === 'info' ? colors.green(text) : colors.dim(text);
}

function plainValue(value: unknown): string {
  return typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
}

function errorText(err: unknown): string {
  if (typeof err !== 'object' || err === null) return String(err);
  const { stack, message } = err as { stack?: unknown; message?: unknown };
  return typeof stack === 'string' ? stack : typeof message === 'string' ? message : JSON.stringify(err);
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '    ');
}
