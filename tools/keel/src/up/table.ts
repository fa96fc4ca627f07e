import type { Stack } from '@evenkeel/stack';
import type { Stores } from '../stack/stores.ts';

/** A row of what runs where. */
export interface Row {
  name: string;
  url: string;
  admin: string;
  debug: string;
  pid: string;
}

/** One row for each service and store that runs. */
export function rowsOf(stack: Stack, stores: Stores, pidOf: (service: string) => number | undefined): Row[] {
  const services = stack.services.map(({ name, port, adminPort, debugPort }) => ({
    name,
    url: `http://127.0.0.1:${port}`,
    admin: `http://127.0.0.1:${adminPort}`,
    debug: String(debugPort),
    pid: String(pidOf(name) ?? ''),
  }));
  const kept = [
    ...(stores.postgres
      ? [{ name: 'postgres', url: `127.0.0.1:${stores.postgres.port}`, pid: stores.postgres.pid }]
      : []),
    ...(stores.redis ? [{ name: 'redis', url: `127.0.0.1:${stores.redis.port}`, pid: stores.redis.pid }] : []),
  ];
  return [...services, ...kept.map(({ pid, ...row }) => ({ ...row, admin: '', debug: '', pid: String(pid) }))];
}

/** The rows as text, in columns as wide as their widest cell. */
export function formatTable(rows: readonly Row[], emphasise: (heading: string) => string = (text) => text): string {
  const headings: Row = { name: 'SERVICE', url: 'URL', admin: 'ADMIN', debug: 'DEBUG', pid: 'PID' };
  const columns = ['name', 'url', 'admin', 'debug', 'pid'] as const;
  const widths = columns.map((column) => Math.max(...[headings, ...rows].map((row) => row[column].length)));
  const format = (row: Row) =>
    columns
      .map((column, index) => row[column].padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd();
  return [emphasise(format(headings)), ...rows.map(format)].join('\n');
}
