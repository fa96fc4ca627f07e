import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DRAIN_DEFAULTS, drainTime, readSettings, UsageError } from './settings.ts';

const entry = import.meta.filename;

it('has defaults for all but the entry', () => {
  expect(readSettings([entry, '--flag'], {}, '/')).toEqual({
    entry,
    args: ['--flag'],
    register: undefined,
    hold: false,
    standby: true,
    drainMs: 5000,
    readyMs: 30_000,
    pollMs: undefined,
    debug: undefined,
  });
});

it('lets a replaced process drain as long as the service does', () => {
  const read = (env: NodeJS.ProcessEnv) => readSettings([entry], env, '/').drainMs;
  expect(read({ SHUTDOWN_DELAY_MS: '1000', DRAIN_TIMEOUT_MS: '20000' })).toBe(21_000);
  expect(read({ DRAIN_TIMEOUT_MS: '20000', HOT_RESTART_DRAIN_MS: '100' })).toBe(100);
});

it('takes the inspector on loopback unless told otherwise', () => {
  const read = (env: NodeJS.ProcessEnv) => readSettings([entry], env, '/').debug;
  expect(read({ HOT_RESTART_DEBUG_PORT: '9229' })).toEqual({ host: '127.0.0.1', port: 9229 });
  expect(read({ HOT_RESTART_DEBUG_PORT: '9229', HOT_RESTART_DEBUG_HOST: '0.0.0.0' })?.host).toBe('0.0.0.0');
});

it('says what is wrong', () => {
  expect(() => readSettings([], {}, '/')).toThrow(UsageError);
  expect(() => readSettings(['none.ts'], {}, '/')).toThrow(/none\.ts does not exist/);
  expect(() => readSettings([entry], { HOT_RESTART_POLL_MS: '-1' }, '/')).toThrow(/HOT_RESTART_POLL_MS is "-1"/);
});

it.each<[Record<string, string>, number]>([
  [{}, 5_000],
  [{ DRAIN_TIMEOUT_MS: '20000' }, 20_000],
  [{ DRAIN_TIMEOUT_MS: '' }, 5_000],
  [{ SHUTDOWN_DELAY_MS: '3000' }, 8_000],
  [{ SHUTDOWN_DELAY_MS: '3000', DRAIN_TIMEOUT_MS: '0' }, 3_000],
  [{ SHUTDOWN_DELAY_MS: '-1', DRAIN_TIMEOUT_MS: 'soon' }, 5_000],
])('knows how long a service with %j goes on serving', (values, milliseconds) => {
  expect(drainTime((name) => values[name])).toBe(milliseconds);
});

it('has the defaults that .env.example documents', () => {
  const example = readFileSync(join(import.meta.dirname, '../../../.env.example'), 'utf8');
  for (const [name, value] of Object.entries(DRAIN_DEFAULTS)) expect(example).toContain(`\n# ${name}=${value}\n`);
});
