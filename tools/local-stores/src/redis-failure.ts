import { lastWords, StoreError, typed, unknownCauseFix } from './store-error.ts';

/** The first that fits. What its surroundings deny it comes before damage, which the same words may speak of. */
const CAUSES: readonly { pattern: RegExp; what: string; fix: (dir: string) => string }[] = [
  {
    pattern: /No space left on device|Disk quota exceeded/,
    what: 'Redis has no room on the disk',
    fix: (dir) => `free some space (df -h ${typed(dir)}), then start again`,
  },
  {
    pattern: /Failed to configure LOCALE/,
    what: 'Redis does not find the locale that it is given',
    fix: () => 'LC_ALL=C ./keel up, or install the locale (locale -a shows those that are here)',
  },
  {
    pattern: /Read-only file system/,
    what: 'Redis cannot write to its data folder',
    fix: (dir) => `mount the file system of ${typed(dir)} writable, or keep the state elsewhere: KEEL_STATE_DIR=…`,
  },
  {
    pattern: /Permission denied|Operation not permitted/,
    what: 'Redis is denied something that it needs',
    fix: (dir) => `see who may use what it names (ls -la ${typed(dir)}), and run as that user or change it`,
  },
  {
    pattern: /Cannot allocate memory|Out Of Memory|Can't initialize Background Jobs|Too many open files/i,
    what: 'Redis gets too little of this machine',
    fix: () => 'end other programs, or raise the limit of memory, processes or files (ulimit -a) that it names',
  },
  {
    pattern: /Address already in use|Failed listening on port/,
    what: 'Redis cannot listen on its port',
    fix: () => 'start again: a port that is free is looked for each time',
  },
  {
    pattern: /FATAL CONFIG FILE ERROR/,
    what: 'Redis does not understand its configuration',
    fix: () => 'put another Redis or Valkey on the PATH, 6.2 or later',
  },
  {
    pattern: /Can't handle RDB format version/,
    what: 'Redis cannot read data that a newer version wrote',
    fix: () =>
      'put that version on the PATH again; to go on beside the data with empty ones, keep the state elsewhere: KEEL_STATE_DIR=…',
  },
  {
    pattern:
      /Bad file format reading|Unrecoverable error|Wrong signature trying to load|Invalid AOF manifest|AOF .* doesn't exist|Internal error in RDB|[Uu]nexpected end of file/,
    what: 'Redis cannot use its data folder, which seems damaged',
    fix: (dir) => `to keep the folder for a look and start with empty data: mv ${typed(dir)} ${typed(`${dir}.old`)}`,
  },
  {
    pattern: /error while loading shared libraries|Library not loaded/,
    what: 'Redis cannot run on this system',
    fix: () => 'install the library that it names, or another Redis or Valkey',
  },
];

/** Turns the log of a Redis that ended into what happened, why and what to do. Only damage that was seen is called so. */
export function explainRedisExit(output: string, ending: string, dir: string): StoreError {
  // Redis marks what is of interest with `*` (and with `-` and `.` what is of less), warnings with `#`. Before it has a
  // log it marks nothing.
  const severe = output.split('\n').filter((line) => line.trim() !== '' && !/^\d+:[A-Z] .{15,30} [*.-] /.test(line));
  const cause = CAUSES.find(({ pattern }) => severe.some((line) => pattern.test(line)));
  if (cause === undefined) {
    const why = lastWords(output) ?? `it ended with ${ending} and said nothing`;
    return new StoreError(`Redis did not start (${ending})`, why, unknownCauseFix(dir));
  }
  const telling = severe.findLast((line) => cause.pattern.test(line)) ?? ending;
  return new StoreError(cause.what, telling.replace(/^.* # /, ''), cause.fix(dir));
}
