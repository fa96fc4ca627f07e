import { expect, test } from 'vitest';
import { loadStack } from './load-stack.ts';

test('a folder without services.yaml is a problem that says so', async () => {
  const result = await loadStack(import.meta.dirname);
  expect(result).toMatchObject({ ok: false, problems: [{ file: 'services.yaml', line: 1 }] });
  expect(!result.ok && result.problems[0]?.message).toMatch(/cannot be read: ENOENT/);
});
