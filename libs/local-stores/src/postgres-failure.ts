import { StoreError } from './store-error.ts';

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

const CAUSES: readonly { pattern: RegExp; what: string; fix: (exit: PostgresExit) => string }[] = [
  {
    pattern: /No space left on device|Disk quota exceeded/,
    what: 'PostgreSQL has no room on the disk',
    fix: ({ data }) => `free some space (df -h ${data}), then start again`,
  },
  {
    pattern: /database files are incompatible with server|was initialized by PostgreSQL version/,
    what: 'PostgreSQL cannot read data of another version',
    fix: startAfresh,
  },
  {
    pattern: /could not (create|map|open) shared memory|No space left.*shared memory/,
    what: 'PostgreSQL gets no shared memory',
    fix: () => 'give the container more of it (docker run --shm-size=256m), or end other servers',
  },
  {
    pattern:
      /could not find the database system|(PANIC|FATAL): .*(checkpoint|could not locate|invalid (primary|magic|resource)|incorrect checksum|could not (open|read|access|stat)|unexpected|corrupt|does not exist|not a valid data directory|pg_filenode|bogus data)/,
    what: 'PostgreSQL cannot use its data folder, which seems damaged',
    fix: startAfresh,
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
];

/** Turns the last words of PostgreSQL into what happened, why and what to do. */
export function explainPostgresExit(exit: PostgresExit): StoreError {
  const cause = CAUSES.find(({ pattern }) => pattern.test(exit.output));
  const why = tellingLine(exit.output) ?? `${exit.program} ended with ${exit.ending} and said nothing`;
  if (cause === undefined) {
    return new StoreError(`PostgreSQL did not start (${exit.program}, ${exit.ending})`, why, startAfresh(exit));
  }
  return new StoreError(cause.what, why, cause.fix(exit));
}

/** Whether a start failed only because processes of the server before have not ended yet. */
export function isStillInUse(error: unknown): boolean {
  return error instanceof StoreError && STILL_IN_USE.test(error.why);
}

function startAfresh({ data }: PostgresExit): string {
  return `to keep the folder for a look and start with empty data: mv ${data} ${data}.old`;
}

// The first severe line names the cause; what follows are consequences.
function tellingLine(output: string): string | undefined {
  const lines = output.split('\n').map((line) => line.trim());
  const severe = lines.find((line) => /\b(PANIC|FATAL|error|ERROR): /.test(line));
  const chosen = severe ?? lines.filter((line) => line !== '').at(-1);
  return chosen?.replace(/^.*?\b(PANIC|FATAL|ERROR): +/, '');
}
