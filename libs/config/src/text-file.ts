import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';

/** Far more than any configuration; Kubernetes allows as much for a whole ConfigMap. */
const MAX_BYTES = 1024 * 1024;

/** A source that cannot be used: a `NAME_FILE` that cannot be read, for instance. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
  /** `path` or `path:line`. */
  readonly origin: string;
  /** The variable that it is about, where that is not the one being looked up. */
  readonly variable: string | undefined;

  constructor(origin: string, message: string, options: { variable?: string; cause?: unknown } = {}) {
    super(message, options);
    this.origin = origin;
    this.variable = options.variable;
  }
}

/**
 * The text of a file. What is not a regular file, or too large, is not even opened: a pipe would block, and a gigabyte
 * fill the memory. Throws SourceError.
 */
export function readText(path: string): string {
  const content = readBytes(path);
  const text = content.toString('utf8');
  if (isUtf8(content) && !text.includes('\0')) return text;
  const before = text.slice(0, text.search(isUtf8(content) ? '\0' : /[\0\ufffd]/));
  throw new SourceError(`${path}:${String(before.split('\n').length)}`, 'is not text');
}

/** The same of a file that need not exist. */
export function readTextIfThere(path: string): string | undefined {
  try {
    return readText(path);
  } catch (error) {
    if (error instanceof SourceError && /^(ENOENT|ENOTDIR)$/.test(codeOf(error.cause))) return undefined;
    throw error;
  }
}

/** @throws SourceError unless there is a folder, which `variable` names. */
export function checkFolder(path: string, variable: string): void {
  try {
    if (statSync(path).isDirectory()) return;
  } catch (cause) {
    throw new SourceError(path, `cannot be read (${codeOf(cause)})`, { variable, cause });
  }
  throw new SourceError(path, 'is not a folder', { variable });
}

function readBytes(path: string): Buffer {
  try {
    const status = statSync(path);
    if (!status.isFile()) throw new SourceError(path, 'is not a regular file');
    if (status.size > MAX_BYTES) {
      throw new SourceError(path, `has ${String(status.size)} bytes, more than ${String(MAX_BYTES)}`);
    }
    return readFileSync(path);
  } catch (cause) {
    if (cause instanceof SourceError) throw cause;
    throw new SourceError(path, `cannot be read (${codeOf(cause)})`, { cause });
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | undefined)?.code ?? 'unknown';
}
