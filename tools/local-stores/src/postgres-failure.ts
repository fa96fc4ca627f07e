import { NAMELESS, ODD_PATH, OTHER_VERSION_FIX } from './postgres-requirements.ts';
import { lastWords, StoreError, typed, unknownCauseFix } from './store-error.ts';

/** What is known of a PostgreSQL program that ended when it should not have. */
export interface PostgresExit {
  /** `initdb` or `postgres`. */
  program: string;
  /** The last lines that it wrote. */
  output: string;
  /** Such as `exit code 1` or `SIGKILL`. */
  ending: string;
  data: string;
}

const STILL_IN_USE = /pre-existing shared memory block .* is still in use/;

/** The first that fits. What its surroundings deny it comes before damage, which the same words may speak of. */
const CAUSES: readonly { pattern: RegExp; what: string; fix: (exit: PostgresExit) => string }[] = [
  {
    pattern: /could not (create|map|open) shared memory|No space left.*shared memory/,
    what: 'PostgreSQL gets no shared memory',
    fix: () => 'give the container more of it (docker run --shm-size=256m), or end other servers',
  },
  {
    pattern: /No space left on device|Disk quota exceeded/,
    what: 'PostgreSQL has no room on the disk',
    fix: ({ data }) => `free some space (df -h ${typed(data)}), then start again`,
  },
  { pattern: /could not look up (effective|local) user ID/, what: NAMELESS.what, fix: () => NAMELESS.fix },
  {
    pattern: /argument contains a newline|needed by initdb but was not found in the same directory/,
    what: ODD_PATH.what,
    fix: () => ODD_PATH.fix,
  },
  {
    pattern: /invalid locale|locale name .* too long|database locale is incompatible|failed to restore old locale/,
    what: 'PostgreSQL does not find the locale that it needs',
    fix: () => 'install the locale that it names (on Debian: sudo dpkg-reconfigure locales), then start again',
  },
  {
    pattern: /cannot be run as root|"root" execution of the PostgreSQL server is not permitted/,
    what: 'PostgreSQL refuses to run as root',
    fix: () => 'run as a normal user',
  },
  {
    pattern: /Read-only file system/,
    what: 'PostgreSQL cannot write to its data folder',
    fix: ({ data }) =>
      `mount the file system of ${typed(data)} writable, or keep the state elsewhere: KEEL_STATE_DIR=…`,
  },
  {
    pattern: /Permission denied|Operation not permitted|has wrong ownership|has invalid permissions/,
    what: 'PostgreSQL is denied something that it needs',
    fix: ({ data }) => `see who may use what it names (ls -la ${typed(data)}), and run as that user or change it`,
  },
  {
    pattern: /Cannot allocate memory|out of memory|could not fork|Too many open files|could not create semaphores/i,
    what: 'PostgreSQL gets too little of this machine',
    fix: () => 'end other programs, or raise the limit of memory, processes or files (ulimit -a) that it names',
  },
  {
    pattern: /could not bind|could not create any TCP\/IP sockets|Address already in use/,
    what: 'PostgreSQL cannot listen on its port',
    fix: () => 'start again: a port that is free is looked for each time',
  },
  {
    pattern: /configuration file .* contains errors|unrecognized configuration parameter|syntax error in file/,
    what: 'PostgreSQL does not understand its configuration',
    fix: ({ data }) => `mend the line that it names in the .conf files of ${typed(data)}`,
  },
  {
    pattern: /Input\/output error/,
    what: 'The disk under the data of PostgreSQL fails',
    fix: ({ data }) => `copy ${typed(data)} to another disk before anything else; dmesg has the details`,
  },
  {
    pattern: /database files are incompatible with server|was initialized by PostgreSQL version/,
    what: 'PostgreSQL cannot read data of another version',
    fix: () => OTHER_VERSION_FIX,
  },
  {
    pattern: STILL_IN_USE,
    what: 'PostgreSQL cannot start: processes of a server that was killed still work on its data',
    fix: () => 'end those that `ps ax | grep "postgres: "` shows, then start again',
  },
  {
    pattern: /error while loading shared libraries|Library not loaded/,
    what: 'PostgreSQL cannot run on this system',
    fix: () => 'install the library that it names, or use the Dev Container',
  },
  {
    pattern: new RegExp(
      [
        'could not find the database system',
        '(PANIC|FATAL): .*(checkpoint record|could not locate|invalid (primary|magic|resource)|incorrect checksum|corrupt)',
        '(PANIC|FATAL): .*(not a valid data directory|pg_filenode|bogus data|invalid page|unexpected pageaddr)',
        '(PANIC|FATAL): .*could not (open|read|access|stat) .*(No such file or directory|read (only )?\\d+ of \\d+)',
      ].join('|'),
    ),
    what: 'PostgreSQL cannot use its data folder, which seems damaged',
    fix: ({ data }) =>
      `to keep the folder for a look and start with empty data: mv ${typed(data)} ${typed(`${data}.old`)}`,
  },
];

/** Turns the last words of PostgreSQL into what happened, why and what to do. Only damage that was seen is called so. */
export function explainPostgresExit(exit: PostgresExit): StoreError {
  const cause = CAUSES.find(({ pattern }) => pattern.test(exit.output));
  if (cause !== undefined) {
    return new StoreError(cause.what, tellingLine(exit.output) ?? exit.ending, cause.fix(exit));
  }
  const { program, ending, output, data } = exit;
  const why = lastWords(output) ?? `${program} ended with ${ending} and said nothing`;
  return new StoreError(`PostgreSQL did not start (${program}, ${ending})`, why, unknownCauseFix(data));
}

/** Whether a start failed only because processes of the server before have not ended yet. */
export function isStillInUse(error: unknown): boolean {
  return error instanceof StoreError && STILL_IN_USE.test(error.why);
}

// The first severe line names the cause; what follows are consequences.
function tellingLine(output: string): string | undefined {
  const lines = output.split('\n').map((line) => line.trim());
  const severe = lines.find((line) => /\b(PANIC|FATAL|error|ERROR): /.test(line));
  const chosen = severe ?? lines.filter((line) => line !== '').at(-1);
  return chosen?.replace(/^.*?\b(PANIC|FATAL|ERROR): +/, '');
}
