import { it } from 'vitest';
import { expectNothingLost } from './edits-under-load.ts';

it('fails no request and answers none with old code, on new and kept connections', { timeout: 120_000 }, async () => {
  await expectNothingLost(15, 50);
});
