import { expect, test } from 'vitest';
import { withDefaults } from './compose-defaults.ts';

test.each([
  ['8080', '8080'],
  ['${PORT:-8080}', '8080'],
  ['${PORT-8080}', '8080'],
  ['127.0.0.1:${PORT:-8080}:8080', '127.0.0.1:8080:8080'],
  ['${IMAGE:-${REGISTRY:-}postgres:17}', 'postgres:17'],
  ['${IMAGE:-${REGISTRY:-docker.io/library/}postgres:17}', 'docker.io/library/postgres:17'],
  ['a${B}c$D-e', 'ac-e'],
  ['${NEEDED:?say why}', ''],
  ['$${NOT_A_VARIABLE}', '${NOT_A_VARIABLE}'],
  ['costs 5$', 'costs 5$'],
  ['${UNFINISHED:-x', 'x'],
])('%s becomes %s', (text, expected) => {
  expect(withDefaults(text)).toBe(expected);
});
