import { readFileSync } from 'node:fs';
import { metrics } from '@opentelemetry/api';

/**
 * Line coverage of a package in per cent, read anew from a coverage-summary.json with an entry for each package;
 * `undefined` where there is none to read.
 */
export function readCoverage(summary: string | undefined, packageName: string): number | undefined {
  if (summary === undefined) return undefined;
  try {
    const packages = JSON.parse(readFileSync(summary, 'utf8')) as Record<string, { lines?: { pct?: unknown } }>;
    const pct = packages[packageName]?.lines?.pct;
    return typeof pct === 'number' ? pct : undefined;
  } catch {
    // Not written yet, or just being written.
    return undefined;
  }
}

/** Shows the same figure at `/metrics`. */
export function observeCoverage(summary: string, packageName: string): void {
  let wasObserved = false;
  metrics
    .getMeter('@evenkeel/service')
    .createObservableGauge('test_coverage_percent', { description: 'Lines that the tests of the package cover' })
    .addCallback((result) => {
      const pct = readCoverage(summary, packageName);
      wasObserved ||= pct !== undefined;
      // What was observed once is exported forever: a figure that is gone must not stay.
      if (wasObserved) result.observe(pct ?? NaN, { package: packageName });
    });
}
