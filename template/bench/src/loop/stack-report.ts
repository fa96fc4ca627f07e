import type { StackResult } from './stack-loop.ts';
import { percentile } from '@evenkeel/containers';

/** The results for the whole stack, as lines of Markdown. */
export function stackLines({ services, libMs, brokenMs, notServing, requests, failed, stale }: StackResult): string[] {
  const times = (values: number[]) =>
    `p50 ${percentile(values, 0.5).toFixed(0)} ms, p95 ${percentile(values, 0.95).toFixed(0)} ms (${values.length} edits)`;
  return [
    '',
    `- a lib that ${services} services use, until all answer with the new code: ${times(libMs)}`,
    `- a broken save, until the error is shown: ${times(brokenMs)}; old version not serving after it: ${notServing} times`,
    `- meanwhile ${failed} of ${requests} requests failed, ${stale} were answered by code that was no longer live`,
  ];
}
