import { createHash } from 'node:crypto';

/** What a limit counts, as part of a key: of fixed length, and without anybody's email or address in it. */
export function subjectOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}
