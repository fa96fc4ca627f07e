import { expect, it } from 'vitest';
import { stackLines } from './stack-report.ts';

it('reports edits, broken saves and failed requests', () => {
  const result = {
    services: 3,
    libMs: [100, 300, 200],
    brokenMs: [50],
    notServing: 2,
    requests: 900,
    failed: 1,
    stale: 4,
  };
  const text = stackLines(result).join('\n');
  expect(text).toContain(
    'a lib that 3 services use, until all answer with the new code: p50 200 ms, p95 300 ms (3 edits)',
  );
  expect(text).toContain(
    'until the error is shown: p50 50 ms, p95 50 ms (1 edits); old version not serving after it: 2',
  );
  expect(text).toContain('1 of 900 requests failed, 4 were answered by code that was no longer live');
});
