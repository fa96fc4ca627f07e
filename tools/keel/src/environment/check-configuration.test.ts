import { expect, it } from 'vitest';
import { formatMistakes } from './check-configuration.ts';

it('tells each mistake once, where it stands and whom it concerns', () => {
  const loud = { origin: '/clone/.env:3', variable: 'LOG_LEVEL', message: 'expected one of …' };
  const lines = formatMistakes(
    [
      { service: 'a', ...loud },
      { service: 'b', ...loud },
      { service: 'b', origin: '', variable: 'X', message: 'is missing' },
      { service: 'b', origin: '/clone/secrets/y', variable: 'Y', message: 'is too short' },
    ],
    '/clone',
  );
  expect(lines.split('\n')).toEqual([
    '  .env:3: LOG_LEVEL: expected one of …  (a, b)',
    '  environment: X: is missing  (b)',
    '  secrets/y: Y: is too short  (b)',
  ]);
});
