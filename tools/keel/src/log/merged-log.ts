import { createWriteStream, type WriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Terminal } from '../terminal.ts';
import { followLines } from './follow-lines.ts';
import { formatLine } from './format-line.ts';

export type MergedLog = Awaited<ReturnType<typeof openMergedLog>>;

const TAIL = 40;

/** All output of the stack in one place: `name | line`, with a colour for each name. */
export async function openMergedLog(terminal: Terminal, names: readonly string[], logsDir: string) {
  const { colors } = terminal;
  const palette = [colors.cyan, colors.magenta, colors.yellow, colors.blue, colors.green, colors.red];
  const width = Math.max(...names.map((name) => name.length));
  const paint = (name: string) => palette[Math.max(0, names.indexOf(name)) % palette.length] ?? colors.cyan;
  const waiting: string[] = [];
  const tails = new Map<string, string[]>();
  const files = new Map<string, WriteStream>();
  let isHeld = true;

  const print = (name: string, text: string): boolean => {
    const prefix = paint(name)(`${name.padEnd(width)} |`);
    const line = text.replaceAll(/^/gm, `${prefix} `);
    if (!isHeld) return terminal.print(line);
    waiting.push(line);
    return true;
  };
  const fileOf = async (name: string): Promise<WriteStream> => {
    const path = join(logsDir, `${name}.log`);
    await rename(path, `${path}.previous`).catch(() => {});
    return createWriteStream(path, { mode: 0o600 }).on('error', () => {});
  };
  for (const name of names) files.set(name, await fileOf(name));

  return {
    /** Follows a stream of a service until it ends. Each line also goes to `<name>.log`, as it came. */
    follow(name: string, stream: Readable): void {
      void followLines(stream, terminal, (line) => {
        const tail = tails.get(name) ?? [];
        tails.set(name, [...tail.slice(1 - TAIL), line]);
        files.get(name)?.write(`${line}\n`);
        return print(name, terminal.isTerminal ? formatLine(line, colors) : line);
      });
    },
    /** A line of our own. */
    say: (name: string, text: string) => void print(name, colors.bold(text)),
    /** Lines are kept back until this is called, so that the table of what runs where comes first. */
    release(): void {
      isHeld = false;
      for (const line of waiting.splice(0)) terminal.print(line);
    },
    /** The last lines of a service, the newest last. */
    tail: (name: string): readonly string[] => tails.get(name) ?? [],
    close(): void {
      for (const file of files.values()) file.end();
    },
  };
}
