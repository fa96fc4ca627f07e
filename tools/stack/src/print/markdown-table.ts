/** The cells of one line. */
export type Row = readonly string[];

/** A table in Markdown, as Prettier lays it out. */
export function markdownTable(titles: Row, rows: readonly Row[]): string {
  const cells = [titles, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = titles.map((_title, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const line = (row: Row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`;
  const [head = [], ...others] = cells;
  return [head, widths.map((width) => '-'.repeat(width)), ...others].map(line).join('');
}
