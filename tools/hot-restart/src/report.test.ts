import { beforeEach, expect, it } from 'vitest';
import { Report } from './report.ts';

const lines: string[] = [];
const report = new Report({ print: (line) => lines.push(line), notify: () => undefined }, '/w');
beforeEach(() => void lines.splice(0));

it('says what changed and how long it took', () => {
  report.live({ files: ['/w/apps/a/src/b.ts'], since: 0 }, 68.4, 1, 0);
  report.live({ files: ['/w/libs/c.ts', '/w/libs/a.ts', '/w/libs/b.ts'], since: 10 }, 80, 1, 1);
  report.live({ reason: 'started', since: 0 }, 400, 1, 2);
  expect(lines).toEqual([
    'apps/a/src/b.ts changed: live in 68 ms',
    'libs/a.ts and 2 more changed: live in 70 ms',
    'started: live in 400 ms',
  ]);
});

it('says what a failure leaves', () => {
  const cause = { files: ['/w/a.ts'], since: 0 };
  report.failed(cause, 'Error: no', true);
  report.failed(cause, 'Error: no', false);
  expect(lines).toEqual([expect.stringContaining('keeps serving'), expect.stringContaining('Nothing is serving')]);
});
