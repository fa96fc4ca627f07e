import { it } from 'vitest';
import { expectNothingLeft } from './restarts.ts';

it('leaves no process and no descriptor behind in 25 restarts', { timeout: 120_000 }, async () => {
  await expectNothingLeft(25, 5);
});
