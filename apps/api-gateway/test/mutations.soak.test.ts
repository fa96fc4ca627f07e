import { it } from 'vitest';
import { expectNothingSmuggled } from './mutations.ts';

// Other mutations each time. A failure prints the seed that repeats it.
it('sends on nothing that 20,000 mutations of valid requests smuggle, and survives them', async () => {
  await expectNothingSmuggled(20_000, Math.trunc(Math.random() * 2 ** 31));
});
