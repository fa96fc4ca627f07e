import pc from 'picocolors';
import type { PlanEvent, PlanOutcome } from '@evenkeel/stack';
import { KeelError } from '../failure.ts';
import { formatLine } from '../log/format-line.ts';
import type { MergedLog } from '../log/merged-log.ts';
import type { Stores } from './stores.ts';

/** A line that tells which stores run. */
export function describeStores({ postgres, redis }: Stores): string {
  const parts = [];
  if (postgres !== undefined) parts.push(`PostgreSQL on port ${postgres.port}`);
  if (redis !== undefined) parts.push(`Redis on port ${redis.port} (${redis.description})`);
  return `Stores: ${parts.join(', ') || 'none'}`;
}

/** Tells when a service is ready. */
export function reportEvent(event: PlanEvent, onProgress: (line: string) => void): void {
  if (event.type === 'ready') onProgress(`${event.service} is ready (${Math.round(event.ms)} ms)`);
}

/** What the services said that did not start. */
export function startFailure({ failed, untouched }: PlanOutcome, log: MergedLog): KeelError {
  const reports = failed.map(({ service, error }) => {
    const said = log.tail(service).map((line) => formatLine(line, pc.createColors(false)).replaceAll(/^/gm, '    '));
    return [`${service} did not start: ${error.message}`, ...(said.length > 0 ? ['  it said:', ...said] : [])].join(
      '\n',
    );
  });
  const rest = untouched.length === 0 ? [] : [`Not started because of that: ${untouched.join(', ')}`];
  return new KeelError([...reports, ...rest].join('\n'));
}
