import { it } from 'vitest';
import { expectSwapsToApply } from './swaps.ts';

// What leaks a little with each change, a short test does not see.
it.skipIf(process.platform !== 'linux')(
  'applies each of 1,000 changes of routes under load, and no mistake',
  async () => {
    await expectSwapsToApply(1_000);
  },
);
