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
