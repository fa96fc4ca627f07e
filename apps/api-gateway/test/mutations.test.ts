import { it } from 'vitest';
import { expectNothingSmuggled } from './mutations.ts';

// The same ones each time: what else may be found, the soak looks for.
it('sends on nothing that 1,000 mutations of valid requests smuggle, and survives them', async () => {
  await expectNothingSmuggled(1_000, 9112);
});
