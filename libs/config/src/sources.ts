import { join } from 'node:path';
import { checkFolder, readText, readTextIfThere, SourceError } from './text-file.ts';

/** Where a value came from, for error messages: `PORT` of the environment, or a file with its line. */
export interface Setting {
  value: string;
  /** `''` for the environment, else `path` or `path:line`. */
  origin: string;
}

/** Looks a variable up; `undefined` when no source has it. */
export type Lookup = (name: string) => Setting | undefined;

/**
 * The sources of configuration in the order in which they win: the environment's NAME, the file that NAME_FILE names,
 * the mounted folder CONFIG_DIR (a file per variable, as Kubernetes mounts them), the dotenv file ENV_FILE.
 * Files are read anew by every call, so that a reload sees what is there now.
 * @param onMistake called for each malformed line of the dotenv file; by default the first one is thrown.
 * @throws SourceError when a source as a whole cannot be read.
 */
export function sources(env: Readonly<Record<string, string | undefined>>, onMistake = raise): Lookup {
  const dotenv = env['ENV_FILE'] === undefined ? undefined : readDotenv(env['ENV_FILE'], onMistake);
  const folder = env['CONFIG_DIR'] || undefined;
  // One that has vanished is not one that sets nothing: the defaults would come into force.
  if (folder !== undefined) checkFolder(folder, 'CONFIG_DIR');
  return (name) => {
    const direct = env[name];
    if (direct !== undefined && direct !== '') return { value: direct, origin: '' };
    const pointer = env[`${name}_FILE`];
    if (pointer !== undefined && pointer !== '') return { value: readValue(pointer, `${name}_FILE`), origin: pointer };
    const mounted = folder === undefined ? undefined : readTextIfThere(join(folder, name));
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
  for (const [index, line] of (readTextIfThere(path) ?? '').split(/\r?\n/).entries()) {
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
    return trimNewline(readText(path));
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    throw new SourceError(error.origin, `${error.message}; ${variable} names it`);
  }
}

/** The whole of a file as a setting. */
export function readSetting(path: string): Setting {
  return { value: readValue(path, 'the default'), origin: path };
}

/** Editors and `echo` end a file with a newline that is not part of the value. */
function trimNewline(text: string): string {
  return text.replace(/\r?\n$/, '');
}
