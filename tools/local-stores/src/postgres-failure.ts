import { StoreError } from './store-error.ts';
import { commonCauses, damage, failure, unknownCause, type Cause } from './store-failure.ts';

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

/** Data of another version is not damaged. */
export const OTHER_VERSION_FIX =
  'to take the data along, dump it with the version that made it (pg_dumpall, on a commit that has that version); ' +
  'to go on beside it with empty data, keep the state elsewhere: KEEL_STATE_DIR=…';

const STILL_IN_USE = /pre-existing shared memory block .* is still in use/;

/** The first that fits. */
const CAUSES: readonly Cause[] = [
  {
    pattern: /could not (create|map|open) shared memory|No space left.*shared memory/,
    what: 'PostgreSQL cannot get shared memory',
    fix: () => 'give the container more of it (docker run --shm-size=256m), or stop other servers',
  },
  ...commonCauses('PostgreSQL'),
  {
    pattern: /configuration file .* contains errors|unrecognized configuration parameter|syntax error in file/,
    what: 'PostgreSQL cannot read its configuration',
    fix: (data) => `fix the line that it names in the .conf files of ${data}`,
  },
  {
    pattern: /Input\/output error/,
    what: 'The disk with the data of PostgreSQL is failing',
    fix: (data) => `copy ${data} to another disk before anything else; dmesg has the details`,
  },
  {
    pattern: /database files are incompatible with server|was initialized by PostgreSQL version/,
    what: 'PostgreSQL cannot read data of another version',
    fix: () => OTHER_VERSION_FIX,
  },
  {
    pattern: STILL_IN_USE,
    what: 'PostgreSQL cannot start: processes of a killed server still use its data',
    fix: () => 'end those that `ps ax | grep "postgres: "` shows, then start again',
  },
  damage(
    'PostgreSQL',
    new RegExp(
      [
        'could not find the database system',
        '(PANIC|FATAL): .*(checkpoint record|could not locate|invalid (primary|magic|resource)|incorrect checksum|corrupt)',
        '(PANIC|FATAL): .*(not a valid data directory|pg_filenode|bogus data|invalid page|unexpected pageaddr)',
        '(PANIC|FATAL): .*could not (open|read|access|stat) .*(No such file or directory|read (only )?\\d+ of \\d+)',
      ].join('|'),
    ),
  ),
];

/** Turns the last words of PostgreSQL into what happened, why and what to do. Only damage that was seen is called so. */
export function explainPostgresExit({ program, output, ending, data }: PostgresExit): StoreError {
  const cause = CAUSES.find(({ pattern }) => pattern.test(output));
  if (cause !== undefined) return failure(cause, tellingLine(output) ?? ending, data);
  const silent = `${program} stopped (${ending}) and printed nothing`;
  return unknownCause(`PostgreSQL did not start (${program}, ${ending})`, output, silent, data);
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
