import type { Readable } from 'node:stream';
import type { Terminal } from '../terminal.ts';
import { splitLines } from './line-splitter.ts';

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
