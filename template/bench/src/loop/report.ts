import { percentile } from '@evenkeel/containers';
import type { EditKind } from './edits.ts';
import type { StackResult } from './stack-loop.ts';
import { stackLines } from './stack-report.ts';
import type { Tally } from './tally.ts';

export interface ContenderResult {
  name: string;
  version: string;
  /** Milliseconds from the write to the first new response. */
  timesMs: Record<EditKind, number[]>;
  connections: { new: Tally; kept: Tally };
}

export interface LoopReport {
  date: string;
  machine: string;
  requestsPerSecond: number;
  results: (ContenderResult & { p50Ms: Record<EditKind, number>; p95Ms: Record<EditKind, number>; ratio: number })[];
  /** Of the whole stack under this runner, when that was measured. */
  stack?: StackResult;
}

const kinds: EditKind[] = ['string', 'lib', 'burst'];

/** Sums up; `ratio` is how many times the first contender's p50 of a string edit this one takes. */
export function summarize(
  results: ContenderResult[],
  stack: StackResult | undefined,
  context: Pick<LoopReport, 'date' | 'machine' | 'requestsPerSecond'>,
): LoopReport {
  const at = (result: ContenderResult | undefined, share: number) =>
    Object.fromEntries(kinds.map((kind) => [kind, round(percentile(result?.timesMs[kind] ?? [], share))])) as Record<
      EditKind,
      number
    >;
  const own = percentile(results[0]?.timesMs.string ?? [], 0.5);
  return {
    ...context,
    ...(stack === undefined ? {} : { stack }),
    results: results.map((result) => ({
      ...result,
      p50Ms: at(result, 0.5),
      p95Ms: at(result, 0.95),
      ratio: Math.round((percentile(result.timesMs.string, 0.5) / own) * 10) / 10,
    })),
  };
}

/** A Markdown table: what the README shows. */
export function table(report: LoopReport): string {
  const head = [
    '',
    'edit p50 / p95',
    'lib p50 / p95',
    'burst p50 / p95',
    'failed new',
    'failed kept',
    'stale',
    'ratio',
  ];
  const rows = report.results.map(({ name, version, p50Ms, p95Ms, connections, ratio }) => [
    `${name} (${version})`,
    ...kinds.map((kind) => `${p50Ms[kind]} / ${p95Ms[kind]} ms`),
    `${connections.new.failed} of ${connections.new.requests}`,
    `${connections.kept.failed} of ${connections.kept.requests}`,
    String(connections.new.stale + connections.kept.stale),
    `${ratio}×`,
  ]);
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const title = `${report.machine}, ${report.date}, ${report.requestsPerSecond} requests a second`;
  const contenders = rows.length === 0 ? [] : ['', line(head), line(head.map(() => '---')), ...rows.map(line)];
  return [title, ...contenders, ...(report.stack === undefined ? [] : stackLines(report.stack))].join('\n');
}

function round(value: number): number {
  return Math.round(value);
}
