import { expect, it } from 'vitest';
import { failedLine, liveLine } from './report.ts';

it('says what changed and how long it took', () => {
  expect(liveLine({ files: ['/w/apps/a/src/b.ts'], since: 0 }, 68.4, '/w')).toBe(
    'apps/a/src/b.ts changed: live in 68 ms',
  );
  const files = ['/w/libs/c.ts', '/w/libs/a.ts', '/w/libs/b.ts'];
  expect(liveLine({ files, since: 0 }, 70, '/w')).toBe('libs/a.ts and 2 more changed: live in 70 ms');
  expect(liveLine({ reason: 'started', since: 0 }, 400, '/w')).toBe('started: live in 400 ms');
});

it('says what a failure leaves', () => {
  const cause = { files: ['/w/a.ts'], since: 0 };
  expect(failedLine(cause, 'Error: no', '/w', true)).toContain('keeps serving');
  expect(failedLine(cause, 'Error: no', '/w', false)).toContain('Nothing is serving');
});
