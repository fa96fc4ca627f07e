import type { Readable } from 'node:stream';
import type { Terminal } from '../terminal.ts';

/**
 * Follows a stream line by line until it ends.
 *
 * @param onLine prints the line; false makes the stream wait until the terminal has caught up
 */
export function followLines(stream: Readable, terminal: Terminal, onLine: (line: string) => boolean): void {
  const lines = splitLines((line) => {
    if (onLine(line)) return;
    stream.pause();
    void terminal.drained().then(() => stream.resume());
  });
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => lines.write(chunk));
  stream.on('end', () => lines.end());
  stream.on('error', () => {});
}

/** A line longer than this is cut in two: one that never ends must not fill the memory. Characters. */
const LONGEST = 1_000_000;

/** Cuts a stream of text into lines, whatever the chunks it comes in. */
export function splitLines(onLine: (line: string) => void): { write(chunk: string): void; end(): void } {
  let rest = '';
  return {
    write(chunk) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line.replace(/\r$/, ''));
      if (rest.length > LONGEST) this.end();
    },
    end() {
      if (rest !== '') onLine(rest);
      rest = '';
    },
  };
}
