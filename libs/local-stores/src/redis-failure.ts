import { StoreError } from './store-error.ts';

const CAUSES: readonly { pattern: RegExp; what: string; fix: (dir: string) => string }[] = [
  {
    pattern: /No space left on device|Disk quota exceeded/,
    what: 'Redis has no room on the disk',
    fix: (dir) => `free some space (df -h ${dir}), then start again`,
  },
  {
    pattern: /Can't handle RDB format version/,
    what: 'Redis cannot read data that a newer version wrote',
    fix: startAfresh,
  },
  {
    pattern: /Bad file format|Unrecoverable error|Wrong signature|append only file|manifest|RDB|AOF/,
    what: 'Redis cannot use its data folder, which seems damaged',
    fix: startAfresh,
  },
  {
    pattern: /error while loading shared libraries|Library not loaded/,
    what: 'Redis cannot run on this system',
    fix: () => 'install the library that it names, or another Redis or Valkey',
  },
];

/** Turns the log of a Redis that ended into what happened, why and what to do. */
export function explainRedisExit(output: string, ending: string, dir: string): StoreError {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  // Redis marks warnings with `#`; its last one is about what ended it.
  const telling = lines.findLast((line) => / # /.test(line)) ?? lines.at(-1);
  const why = telling?.replace(/^.* # /, '') ?? `it ended with ${ending} and said nothing`;
  const cause = CAUSES.find(({ pattern }) => pattern.test(output));
  if (cause === undefined) return new StoreError(`Redis did not start (${ending})`, why, startAfresh(dir));
  return new StoreError(cause.what, why, cause.fix(dir));
}

function startAfresh(dir: string): string {
  return `to keep the folder for a look and start with empty data: mv ${dir} ${dir}.old`;
}
