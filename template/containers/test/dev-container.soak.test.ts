import { expect, it } from 'vitest';
import { openDevContainer, whyNoCli } from './dev-container.ts';
import { needsEngine } from './engine.ts';

needsEngine();

it('passes all tests that need no engine, the acceptance suite among them, in a Dev Container', async (context) => {
  if (whyNoCli !== undefined) context.skip(whyNoCli);
  await using container = await openDevContainer();
  const tested = await container.exec('./keel', 'test');
  expect(tested).toContain('acceptance suite');
  expect(tested).toMatch(/[1-9]\d* passed, 0 failed/);
}, 1_500_000);
