import type { Result } from './run.ts';

/** How many came out how. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

export function tally(results: readonly Result[]): Tally {
  const count = (kind: Result['outcome']['kind']): number =>
    results.filter(({ outcome }) => outcome.kind === kind).length;
  return { passed: count('kept'), failed: count('broken'), skipped: count('skipped') };
}

/** The closing line. */
export function formatTally({ passed, failed, skipped }: Tally): string {
  return `${String(passed)} passed, ${String(failed)} failed, ${String(skipped)} skipped`;
}

/** The lines for one promise; its group's title comes before the first of them. */
export function formatResult(result: Result, previous: Result | undefined): string {
  const lines = result.group === previous?.group ? [] : ['', result.group];
  const { outcome, promise } = result;
  switch (outcome.kind) {
    case 'kept':
      lines.push(`  ✓ ${promise}${outcome.note === undefined ? '' : ` (${outcome.note})`}`);
      break;
    case 'skipped':
      lines.push(`  – ${promise} (skipped: ${outcome.reason})`);
      break;
    case 'broken':
      lines.push(`  ✗ ${promise}`, ...part('asked', outcome.asked), ...part('expected', outcome.expected));
      lines.push(...part('got', outcome.got));
  }
  return lines.join('\n');
}

function part(name: string, text: string): string[] {
  return text.split('\n').map((line, index) => `      ${(index === 0 ? name : '').padEnd(10)}${line}`);
}
