import { parseArgs } from 'node:util';

export interface StartOptions {
  /** How many warm starts of each kind. */
  runs: number;
  /** Install from an npm cache that is empty, so that all is downloaded. */
  emptyCache: boolean;
  json: string | undefined;
}

export const usage = 'keel bench start [--runs 5] [--empty-cache] [--json FILE]';

/** Reads the command line. Throws with a message that names the mistake. */
export function readOptions(argv: string[]): StartOptions {
  const { values } = parseArgs({
    args: argv,
    options: {
      runs: { type: 'string', default: '5' },
      'empty-cache': { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  });
  if (!/^[1-9]\d?$/.test(values.runs))
    throw new Error(`--runs is "${values.runs}": a whole number from 1 to 99 is expected.`);
  return { runs: Number(values.runs), emptyCache: values['empty-cache'], json: values.json };
}
