import { parseArgs } from 'node:util';

export interface LoopOptions {
  /** How many edits of a service's own file; a lib, a burst, the whole stack and broken saves get half as many. */
  edits: number;
  /** Requests a second while edits go on. */
  rate: number;
  json: string | undefined;
  /** Names of contenders, or `whole stack`; empty: all. */
  only: string[];
}

export const usage = 'keel bench loop [--edits 30] [--rate 50] [--only NAME|"whole stack"]… [--json FILE]';

/** Reads the command line. Throws with a message that names the mistake. */
export function readOptions(argv: string[]): LoopOptions {
  const { values } = parseArgs({
    args: argv,
    options: {
      edits: { type: 'string', default: '30' },
      rate: { type: 'string', default: '50' },
      only: { type: 'string', multiple: true, default: [] },
      json: { type: 'string' },
    },
  });
  return {
    edits: wholeNumber('--edits', values.edits),
    rate: wholeNumber('--rate', values.rate),
    only: values.only,
    json: values.json,
  };
}

function wholeNumber(name: string, text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new Error(`${name} is "${text}": a whole number from 1 to 9999 is expected.`);
  return Number(text);
}
