import { expect, it } from 'vitest';
import { runSteps } from './check.ts';

it('runs all steps though one fails, so many at once, and names those that failed', async () => {
  let running = 0;
  let most = 0;
  const step = (name: string, result: () => string) => ({
    name,
    run: async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
      return result();
    },
  });
  const reported: string[] = [];
  const boom = () => {
    throw new Error('boom');
  };
  const steps = [step('a', () => ''), step('b', () => 'wrong'), step('c', boom), step('d', () => '')];
  const failed = await runSteps(steps, 2, ({ name }, wrong) => reported.push(`${name}:${wrong}`));
  expect(failed.sort()).toEqual(['b', 'c']);
  expect(reported.sort()).toEqual(['a:', 'b:wrong', 'c:boom', 'd:']);
  expect(most).toBe(2);
});
