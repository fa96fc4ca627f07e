import type { Result } from './run.ts';

/** Numbers of checks by outcome. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

export function tally(results: readonly Result[]): Tally {
  const count = (kind: Result['outcome']['kind']): number =>
    results.filter(({ outcome }) => outcome.kind === kind).length;
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
}

/** The closing line. */
export function formatTally({ passed, failed, skipped }: Tally): string {
  return `${String(passed)} passed, ${String(failed)} failed, ${String(skipped)} skipped`;
}

/** The lines for one check; its group's title comes before the first of them. */
export function formatResult(result: Result, previous: Result | undefined): string {
  const lines = result.group === previous?.group ? [] : ['', result.group];
  const { outcome, name } = result;
  switch (outcome.kind) {
    case 'passed':
      lines.push(`  ✓ ${name}${outcome.note === undefined ? '' : ` (${outcome.note})`}`);
      break;
    case 'skipped':
      lines.push(`  – ${name} (skipped: ${outcome.reason})`);
      break;
    case 'failed':
      lines.push(`  ✗ ${name}`, ...part('request', outcome.request), ...part('expected', outcome.expected));
      lines.push(...part('got', outcome.got));
  }
  return lines.join('\n');
}

function part(name: string, text: string): string[] {
  return text.split('\n').map((line, index) => `      ${(index === 0 ? name : '').padEnd(10)}${line}`);
}
