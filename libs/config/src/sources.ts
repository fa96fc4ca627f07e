import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where a value came from, for error messages: `PORT` of the environment, or a file with its line. */
export interface Setting {
  value: string;
  /** `''` for the environment, else `path` or `path:line`. */
  origin: string;
}

/** What can go wrong while looking a variable up: a `NAME_FILE` that cannot be read, for instance. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
  readonly origin: string;

  constructor(origin: string, message: string) {
    super(message);
    this.origin = origin;
  }
}

/** Looks a variable up; `undefined` when no source has it. */
export type Lookup = (name: string) => Setting | undefined;

/**
 * The sources of configuration in the order in which they win: the environment's NAME, the file that NAME_FILE names,
 * the mounted folder CONFIG_DIR (a file per variable, as Kubernetes mounts them), the dotenv file ENV_FILE.
 * Files are read anew by every call, so that a reload sees what is there now.
 * @param onMistake called for each malformed line of the dotenv file; by default the first one is thrown.
 */
export function sources(env: Readonly<Record<string, string | undefined>>, onMistake = raise): Lookup {
  const dotenv = env['ENV_FILE'] === undefined ? undefined : readDotenv(env['ENV_FILE'], onMistake);
  const folder = env['CONFIG_DIR'];
  return (name) => {
    const direct = env[name];
    if (direct !== undefined && direct !== '') return { value: direct, origin: '' };
    const pointer = env[`${name}_FILE`];
    if (pointer !== undefined && pointer !== '') return { value: readValue(pointer, `${name}_FILE`), origin: pointer };
    const mounted = folder === undefined ? undefined : readOptional(join(folder, name));
    if (mounted !== undefined) return { value: trimNewline(mounted), origin: join(folder ?? '', name) };
    return dotenv?.get(name);
  };
}

/**
 * The assignments of a dotenv file with their lines. An absent file is an empty one; a later line wins.
 * @param onMistake called for each line that is no assignment; by default the first one is thrown.
 */
export function readDotenv(path: string, onMistake = raise): Map<string, Setting> {
  const settings = new Map<string, Setting>();
  for (const [index, line] of (readOptional(path) ?? '').split(/\r?\n/).entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const match = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line);
    const origin = `${path}:${String(index + 1)}`;
    if (match === null) {
      // Without its content: it may be part of a secret of several lines.
      onMistake(new SourceError(origin, 'expected NAME=value on one line'));
      continue;
    }
    const [, name = '', raw = ''] = match;
    const value = unquote(raw);
    if (value !== '') settings.set(name, { value, origin });
  }
  return settings;
}

function raise(mistake: SourceError): void {
  throw mistake;
}

function unquote(raw: string): string {
  const quoted = /^(["'])(.*)\1(\s+#.*)?$/.exec(raw);
  return quoted ? (quoted[2] ?? '') : raw.replace(/(^|\s+)#.*$/, '');
}

function readValue(path: string, variable: string): string {
  try {
    return trimNewline(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new SourceError(
      path,
      `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'}); ${variable} names it`,
    );
  }
}

/** The whole of a file as a setting. */
export function readSetting(path: string): Setting {
  return { value: readValue(path, 'the default'), origin: path };
}

function readOptional(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new SourceError(path, `cannot be read (${code ?? 'unknown'})`);
  }
}

/** Editors and `echo` end a file with a newline that is not part of the value. */
function trimNewline(text: string): string {
  return text.replace(/\r?\n$/, '');
}
