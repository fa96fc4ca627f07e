import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface GatewayOptions {
  /** How often each contender is measured. */
  rounds: number;
  /** How long each time. */
  seconds: number;
  json: string | undefined;
  /** The root of another clone, whose gateway is measured as well. */
  against: string | undefined;
  /** Names of contenders; empty: all. The bare proxy is always measured. */
  only: string[];
}

export const usage =
  'keel bench gateway [--rounds 5] [--seconds 3] [--only NAME[,NAME…]]… [--against CLONE] [--json FILE]';

/** Reads the command line. Throws with a message that names the mistake. */
export function readOptions(argv: string[]): GatewayOptions {
  const { values } = parseArgs({
    args: argv,
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '3' },
      against: { type: 'string' },
      only: { type: 'string', multiple: true, default: [] },
      json: { type: 'string' },
    },
  });
  if (!/^[1-9]\d?$/.test(values.rounds))
    throw new Error(`--rounds is "${values.rounds}": a whole number from 1 to 99 is expected.`);
  if (!/^(?!0*\.?0*$)\d{1,2}(\.\d+)?$/.test(values.seconds))
    throw new Error(`--seconds is "${values.seconds}": a number above 0 and below 100 is expected.`);
  const { rounds, seconds, json } = values;
  const against = values.against === undefined ? undefined : resolve(values.against);
  const only = values.only.flatMap((names) => names.split(',')).map((name) => name.trim());
  return { rounds: Number(rounds), seconds: Number(seconds), json, against, only };
}
