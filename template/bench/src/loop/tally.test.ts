import { expect, it } from 'vitest';
import { tally } from './tally.ts';

it('counts failed and stale responses on new and kept connections separately', () => {
  const lives = [
    { version: 1, at: 0 },
    { version: 2, at: 1000 },
  ];
  const answers = [
    { connection: 'new' as const, begun: 900, version: 1 },
    { connection: 'new' as const, begun: 1010, version: 1 },
    { connection: 'new' as const, begun: 1030, version: 1 },
    { connection: 'new' as const, begun: 1030, version: 2 },
    { connection: 'kept' as const, begun: 1030, version: undefined },
  ];
  expect(tally(answers, lives, 'new')).toEqual({ requests: 4, failed: 0, stale: 1 });
  expect(tally(answers, lives, 'kept')).toEqual({ requests: 1, failed: 1, stale: 0 });
});
