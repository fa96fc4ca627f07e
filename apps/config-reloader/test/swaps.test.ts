import { it } from 'vitest';
import { expectSwapsToApply } from './swaps.ts';

it.skipIf(process.platform !== 'linux')('applies each of 30 changes of routes under load, and no mistake', async () => {
  await expectSwapsToApply(30);
});
