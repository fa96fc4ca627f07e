import { it } from 'vitest';
import { expectNothingLeft } from './restarts.ts';

it('leaves nothing behind in 200 restarts', { timeout: 600_000 }, async () => {
  await expectNothingLeft(200, 5);
});
