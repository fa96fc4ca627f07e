import { it } from 'vitest';
import { expectNothingLost } from './edits-under-load.ts';

// What is lost once in ten thousand requests, a short test does not see.
it('fails no request and answers none with old code in 200 edits under load', { timeout: 600_000 }, async () => {
  await expectNothingLost(200, 200);
});
