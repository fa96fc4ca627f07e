import { parseArgs } from 'node:util';

/** A service whose configuration is followed. */
export interface Service {
  name: string;
  /** Folders, and files by themselves. */
  watch: string[];
  /** Where its process is found: a file with its number, or a pattern of its command line. */
  target: { pidFile: string } | { pattern: RegExp };
  /** Its `/healthz`. */
  healthz: string;
}

/** A wrong command line; the message has all mistakes. */
export class UsageError extends Error {}

const USAGE = `usage: config-reloader [--port 9102] [--host 127.0.0.1]
  --service NAME --watch PATH [--watch PATH]… (--pid-file FILE | --process PATTERN) --healthz URL
  [--service NAME …]…`;

const names = ['port', 'host', 'service', 'watch', 'pid-file', 'process', 'healthz'];
const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));

/**
 * Reads the command line (without node and the program). METRICS_HOST and METRICS_PORT are the defaults of the
 * listener's address. Throws UsageError.
 */
export function readArguments(args: string[], env: Readonly<Record<string, string | undefined>>) {
  const mistakes: string[] = [];
  const listener: Record<string, string> = {
    port: env['METRICS_PORT'] || '9102',
    host: env['METRICS_HOST'] || '127.0.0.1',
  };
  const drafts: Record<string, string[]>[] = [];
  const { tokens } = parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'positional') mistakes.push(`unexpected argument "${token.value}"`);
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    if (!names.includes(name)) mistakes.push(`unknown option ${rawName}`);
    else if (!value || (!token.inlineValue && value.startsWith('--'))) mistakes.push(`${rawName} needs a value`);
    else if (name in listener) listener[name] = value;
    else if (name === 'service') drafts.push({ service: [value] });
    else if (drafts.length === 0) mistakes.push(`${rawName} must follow the --service it belongs to`);
    else (drafts.at(-1) as Record<string, string[]>)[name] = [...(drafts.at(-1)?.[name] ?? []), value];
  }
  const port = Number(listener['port']);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) mistakes.push('--port must be a number from 0 to 65535');
  if (drafts.length === 0) mistakes.push('at least one --service is required');
  const services = drafts.map((draft) => serviceOf(draft, mistakes));
  if (new Set(services.map(({ name }) => name)).size < services.length) mistakes.push('--service names must differ');
  if (mistakes.length === 0) return { host: listener['host'] ?? '', port, services };
  throw new UsageError([...mistakes.map((mistake) => `config-reloader: ${mistake}`), USAGE].join('\n'));
}

function serviceOf(draft: Record<string, string[]>, mistakes: string[]): Service {
  const { service: [name = ''] = [], watch = [], process: [pattern] = [], healthz: [healthz = ''] = [] } = draft;
  const pidFile = draft['pid-file']?.[0];
  const mistake = (text: string) => void mistakes.push(`${name}: ${text}`);
  for (const option of ['pid-file', 'process', 'healthz'])
    if ((draft[option]?.length ?? 0) > 1) mistake(`--${option} is there twice`);
  if (watch.length === 0) mistake('at least one --watch is required');
  if ((pidFile === undefined) === (pattern === undefined)) mistake('one of --pid-file and --process is required');
  if (!healthz.startsWith('http://') || !URL.canParse(healthz)) mistake('--healthz is required, an http URL');
  if (pidFile !== undefined) return { name, watch, target: { pidFile }, healthz };
  try {
    return { name, watch, target: { pattern: new RegExp(pattern ?? '') }, healthz };
  } catch (error) {
    mistake(`--process: ${(error as Error).message}`);
    return { name, watch, target: { pattern: /$^/ }, healthz };
  }
}
