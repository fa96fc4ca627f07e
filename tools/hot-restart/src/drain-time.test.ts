import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DRAIN_DEFAULTS, drainTime } from './drain-time.ts';

it.each<[Record<string, string>, number]>([
  [{}, 5_000],
  [{ DRAIN_TIMEOUT_MS: '20000' }, 20_000],
  [{ DRAIN_TIMEOUT_MS: '' }, 5_000],
  [{ SHUTDOWN_DELAY_MS: '3000' }, 8_000],
  [{ SHUTDOWN_DELAY_MS: '3000', DRAIN_TIMEOUT_MS: '0' }, 3_000],
  [{ SHUTDOWN_DELAY_MS: '-1', DRAIN_TIMEOUT_MS: 'soon' }, 5_000],
])('of a service with %j', (values, milliseconds) => {
  expect(drainTime((name) => values[name])).toBe(milliseconds);
});

it('has the defaults that .env.example documents', () => {
  const example = readFileSync(join(import.meta.dirname, '../../../.env.example'), 'utf8');
  for (const [name, value] of Object.entries(DRAIN_DEFAULTS)) expect(example).toContain(`\n# ${name}=${value}\n`);
});
