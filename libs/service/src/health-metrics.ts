import { metrics } from '@opentelemetry/api';
import type { CheckResult } from './health.ts';

/** Shows the result of each check as a metric: of the last time that somebody asked for the health of the service. */
export function observeChecks(): (checks: Readonly<Record<string, CheckResult>>) => void {
  let latest: Readonly<Record<string, CheckResult>> = {};
  metrics
    .getMeter('@evenkeel/service')
    .createObservableGauge('health.check.successful', { description: '1 while a dependency responds, else 0' })
    .addCallback((result) => {
      for (const [check, { status }] of Object.entries(latest)) result.observe(status === 'ok' ? 1 : 0, { check });
    });
  return (checks) => {
    latest = checks;
  };
}
