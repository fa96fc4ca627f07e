import { join, relative } from 'node:path';
import { ADMIN_EMAIL, type Stack } from '@evenkeel/stack';
import type { Terminal } from '../terminal.ts';
import type { RunningStore } from './local-stores.ts';

const HEADINGS = { name: 'SERVICE', url: 'URL', admin: 'ADMIN', debug: 'DEBUG', pid: 'PID' };

/** A row of what runs where. */
export type Row = Record<keyof typeof HEADINGS, string>;

/** Tells what runs where, and how to go on. */
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
  const services = stack.services.map(({ name, port, adminPort, debugPort }) => ({
    name,
    url: `http://127.0.0.1:${port}`,
    admin: `http://127.0.0.1:${adminPort}`,
    debug: String(debugPort),
    pid: String(pidOf(name) ?? ''),
  }));
  const kept = stores.map(({ name, port, pid }) => ({
    name,
    url: `127.0.0.1:${port}`,
    admin: '',
    debug: '',
    pid: `${pid}`,
  }));
  return [...services, ...kept];
}

/** The rows as text, in columns as wide as their widest cell. */
export function formatTable(rows: readonly Row[], emphasise: (heading: string) => string = (text) => text): string {
  const columns = Object.keys(HEADINGS) as (keyof Row)[];
  const widths = columns.map((column) => Math.max(...[HEADINGS, ...rows].map((row) => row[column].length)));
  const format = (row: Row) => {
    const cells = columns.map((column, index) => row[column].padEnd(widths[index] ?? 0));
    return cells.join('  ').trimEnd();
  };
  return [emphasise(format(HEADINGS)), ...rows.map(format)].join('\n');
}
