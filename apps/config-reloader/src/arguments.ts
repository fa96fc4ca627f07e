import { parseArgs } from 'node:util';

/** A service whose configuration is followed. */
export interface Service {
  name: string;
  /** Folders, and files by themselves. */
  watch: string[];
  /** Where its process is found: a file with its number, or a pattern of its command line. */
  target: { pidFile: string } | { pattern: RegExp };
  /** The URL of its `/healthz`. */
  healthz: URL;
}

export interface Settings {
  host: string;
  port: number;
  services: Service[];
}

/** A wrong command line; the message has all mistakes. */
export class UsageError extends Error {}

const USAGE = `usage: config-reloader [--port 9102] [--host 127.0.0.1]
  --service NAME --watch PATH [--watch PATH]… (--pid-file FILE | --process PATTERN) --healthz URL
  [--service NAME …]…`;

type Option = 'port' | 'host' | 'service' | 'watch' | 'pid-file' | 'process' | 'healthz';
const global: readonly Option[] = ['port', 'host'];
const ofService: readonly Option[] = ['watch', 'pid-file', 'process', 'healthz'];
const options = Object.fromEntries(
  [...global, ...ofService, 'service'].map((name) => [name, { type: 'string' as const }]),
);

/** The values of one service, before they are checked. */
interface Draft {
  name: string;
  values: Map<string, string[]>;
}

/**
 * Reads the command line (without node and the program); the listener's address may come from METRICS_HOST and
 * METRICS_PORT. Throws UsageError.
 */
export function readArguments(argv: string[], env: Readonly<Record<string, string | undefined>>): Settings {
  const mistakes: string[] = [];
  const listener = new Map([
    ['port', env['METRICS_PORT'] || '9102'],
    ['host', env['METRICS_HOST'] || '127.0.0.1'],
  ]);
  const drafts: Draft[] = [];
  const { tokens } = parseArgs({ args: argv, options, strict: false, allowPositionals: true, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'positional') mistakes.push(`unexpected argument "${token.value}"`);
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    const draft = drafts.at(-1);
    if (options[name] === undefined) mistakes.push(`unknown option ${rawName}`);
    else if (!value || (!token.inlineValue && value.startsWith('--'))) mistakes.push(`${rawName} needs a value`);
    else if (name === 'service') drafts.push({ name: value, values: new Map() });
    else if (listener.has(name)) listener.set(name, value);
    else if (draft === undefined) mistakes.push(`${rawName} must follow the --service it belongs to`);
    else draft.values.set(name, [...(draft.values.get(name) ?? []), value]);
  }
  const [host, port] = [listener.get('host') ?? '', Number(listener.get('port'))];
  if (!Number.isInteger(port) || port < 0 || port > 65_535) mistakes.push('--port must be a number from 0 to 65535');
  if (drafts.length === 0) mistakes.push('at least one --service is required');
  for (const name of repeated(drafts.map((draft) => draft.name))) mistakes.push(`--service ${name} is there twice`);
  const services = drafts.map((draft) => serviceOf(draft, mistakes));
  if (mistakes.length > 0)
    throw new UsageError([...mistakes.map((each) => `config-reloader: ${each}`), USAGE].join('\n'));
  return { host, port, services };
}

function serviceOf({ name, values }: Draft, mistakes: string[]): Service {
  const mistake = (text: string) => void mistakes.push(`${name}: ${text}`);
  for (const option of repeated(
    ofService.filter((each) => each !== 'watch').flatMap((each) => values.get(each)?.map(() => each) ?? []),
  ))
    mistake(`--${option} is there twice`);
  const [pidFile, pattern, healthz] = ['pid-file', 'process', 'healthz'].map((option) => values.get(option)?.[0]);
  const watch = values.get('watch') ?? [];
  if (watch.length === 0) mistake('at least one --watch is required');
  if ((pidFile === undefined) === (pattern === undefined)) mistake('one of --pid-file and --process is required');
  if (healthz === undefined) mistake('--healthz is required');
  else if (!/^http:\/\//.test(healthz) || !URL.canParse(healthz))
    mistake(`--healthz must be an http URL, not "${healthz}"`);
  return {
    name,
    watch,
    target: pidFile === undefined ? { pattern: patternOf(pattern ?? '', mistake) } : { pidFile },
    healthz: URL.canParse(healthz ?? '') ? new URL(healthz ?? '') : new URL('http://127.0.0.1'),
  };
}

function patternOf(text: string, mistake: (text: string) => void): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    mistake(`--process: ${(error as Error).message}`);
    return /$^/;
  }
}

function repeated(names: string[]): Set<string> {
  return new Set(names.filter((name, index) => names.indexOf(name) !== index));
}
