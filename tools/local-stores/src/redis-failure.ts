import type { StoreError } from './store-error.ts';
import { commonCauses, damage, failure, unknownCause, type Cause } from './store-failure.ts';

/** The first that fits. */
const CAUSES: readonly Cause[] = [
  ...commonCauses('Redis'),
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
  damage(
    'Redis',
    /Bad file format reading|Unrecoverable error|Wrong signature trying to load|Invalid AOF manifest|AOF .* doesn't exist|Internal error in RDB|[Uu]nexpected end of file/,
  ),
];

/** Turns the log of a Redis that stopped into what happened, why and what to do. Only damage that was seen is called so. */
export function explainRedisExit(output: string, ending: string, dir: string): StoreError {
  // Redis marks what is of interest with `*` (and with `-` and `.` what is of less), warnings with `#`. Before it has a
  // log it marks nothing.
  const severe = output.split('\n').filter((line) => line.trim() !== '' && !/^\d+:[A-Z] .{15,30} [*.-] /.test(line));
  const cause = CAUSES.find(({ pattern }) => severe.some((line) => pattern.test(line)));
  if (cause === undefined)
    return unknownCause(`Redis did not start (${ending})`, output, `it stopped (${ending}) and printed nothing`, dir);
  const telling = severe.findLast((line) => cause.pattern.test(line)) ?? ending;
  return failure(cause, telling.replace(/^.* # /, ''), dir);
}
