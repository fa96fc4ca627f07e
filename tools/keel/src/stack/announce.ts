import { join, relative } from 'node:path';
import { ADMIN_EMAIL, type Stack } from '@evenkeel/stack';
import type { Terminal } from '../terminal.ts';
import type { RunningStore } from './local-stores.ts';

/** The cells of a row of what runs where. */
type Row = readonly (string | number)[];

const HEADINGS: Row = ['SERVICE', 'URL', 'ADMIN', 'DEBUG', 'PID'];

/** Prints what runs where, and the next steps. */
export function announce(
  { colors, print }: Terminal,
  { root, stateDir, secretsDir }: { root: string; stateDir: string; secretsDir: string },
  rows: readonly Row[],
  tookMs: number,
): void {
  const shown = (path: string) => (path.startsWith(`${root}/`) ? relative(root, path) : path);
  const password = shown(join(secretsDir, 'admin_password'));
  print(`\n${formatTable(rows, colors.bold)}\n`);
  print(`The administrator is ${ADMIN_EMAIL}, the password is in ${password} (unless .env sets others).`);
  print(`Data, logs and secrets are in ${shown(stateDir)}. Ctrl-C or ./keel down stops everything.`);
  print(colors.green(`All ready in ${(tookMs / 1000).toFixed(1)} s.\n`));
}

/** One row for each service and store that runs. */
export function rowsOf(
  stack: Stack,
  stores: readonly RunningStore[],
  pidOf: (service: string) => number | undefined,
): Row[] {
  return [
    ...stack.services.map(({ name, port, adminPort, debugPort }) => {
      return [name, `http://127.0.0.1:${port}`, `http://127.0.0.1:${adminPort}`, debugPort, pidOf(name) ?? ''];
    }),
    ...stores.map(({ name, port, pid }) => [name, `127.0.0.1:${port}`, '', '', pid]),
  ];
}

/** The rows as text, in columns as wide as their widest cell. */
export function formatTable(rows: readonly Row[], emphasise: (heading: string) => string = (text) => text): string {
  const widths = HEADINGS.map((_, column) => Math.max(...[HEADINGS, ...rows].map((row) => `${row[column]}`.length)));
  const format = (row: Row) =>
    row
      .map((cell, column) => `${cell}`.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [emphasise(format(HEADINGS)), ...rows.map(format)].join('\n');
}
