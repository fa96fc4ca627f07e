import type { ConfigState } from '@evenkeel/config';
import { readCoverage } from './coverage.ts';
import { checkAll, type CheckResult, type HealthChecks } from './health.ts';

/** Where a service is in its life. Only a `ready` one responds to `/readyz` with 200. */
export type Phase = 'starting' | 'ready' | 'draining';

/** The body of `/healthz`. */
export interface HealthReport {
  status: 'ok' | 'degraded';
  service: string;
  version: string;
  uptime_s: number;
  coverage_pct?: number;
  checks: Record<string, CheckResult>;
  config: ConfigState;
}

export interface StatusOptions {
  service: string;
  version: string;
  checks: HealthChecks;
  config: () => ConfigState;
  coverageSummary?: string | undefined;
}

/** The full status. A refused reload degrades it as much as a dependency that does not respond. */
export async function report(options: StatusOptions): Promise<HealthReport> {
  const checks = await checkAll(options.checks);
  const config = options.config();
  const healthy = config.error === undefined && Object.values(checks).every(({ status }) => status === 'ok');
  const coverage = readCoverage(options.coverageSummary, `apps/${options.service}`);
  return {
    status: healthy ? 'ok' : 'degraded',
    service: options.service,
    version: options.version,
    uptime_s: Math.round(process.uptime() * 10) / 10,
    ...(coverage === undefined ? {} : { coverage_pct: coverage }),
    checks,
    config,
  };
}
