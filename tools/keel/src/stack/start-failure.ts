import pc from 'picocolors';
import type { PlanOutcome } from '@evenkeel/stack';
import { KeelError } from '../failure.ts';
import { formatLine } from '../log/format-line.ts';
import type { MergedLog } from '../log/merged-log.ts';

/** What the services said that did not start. */
export function startFailure({ failed, untouched }: PlanOutcome, log: MergedLog): KeelError {
  const reports = failed.map(({ service, message }) => {
    const said = log.tail(service).map((line) => formatLine(line, pc.createColors(false)).replaceAll(/^/gm, '    '));
    return [`${service} did not start: ${message}`, ...(said.length > 0 ? ['  it said:', ...said] : [])];
  });
  const rest = untouched.length === 0 ? [] : [`Not started because of that: ${untouched.join(', ')}`];
  return new KeelError([...reports.flat(), ...rest].join('\n'));
}
