import { it } from 'vitest';
import { expectNothingLeft } from './restarts.ts';

it('leaves no process and no descriptor behind in 16 restarts', { timeout: 120_000 }, async () => {
  await expectNothingLeft(16, 5);
});
