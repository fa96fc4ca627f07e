import type { Readable } from 'node:stream';
import type { Terminal } from '../terminal.ts';

/** A line longer than this is cut in two: one that never ends must not fill the memory. Characters. */
const LONGEST = 1_000_000;

/**
 * Follows a stream line by line until it ends. (node:readline would also cut at U+2028, which JSON does not escape.)
 *
 * @param onLine prints the line; false makes the stream wait until the terminal has caught up
 */
export async function followLines(
  stream: Readable,
  { drained }: Pick<Terminal, 'drained'>,
  onLine: (line: string) => boolean,
): Promise<void> {
  let rest = '';
  try {
    for await (const chunk of stream.setEncoding('utf8') as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      // The last one has not ended yet.
      rest = (lines.at(-1) ?? '').length > LONGEST ? '' : (lines.pop() ?? '');
      for (const line of lines) if (!onLine(line.replace(/\r$/, ''))) await drained();
    }
  } catch {
    // What was read before the stream broke counts.
  }
  if (rest !== '') onLine(rest);
}
