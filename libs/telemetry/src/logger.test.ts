import { expect, it } from 'vitest';
import { createLogger } from './logger.ts';

it('writes one JSON line with service, level name and ISO time, and redacts secrets at any of three depths', () => {
  const lines: string[] = [];
  const logger = createLogger('demo', 'info', { write: (line) => void lines.push(line) });
  logger.info({ password: 'a', body: { refresh_token: 'b', user: { authorization: 'c' } }, ok: 1 }, 'hello');
  logger.debug('not at this level');
  const [line, ...more] = lines.map((text) => JSON.parse(text) as Record<string, unknown>);
  expect(more).toEqual([]);
  expect(line).toMatchObject({ service: 'demo', level: 'info', msg: 'hello', ok: 1 });
  expect(new Date(String(line?.['time'])).getTime()).toBeGreaterThan(0);
  expect(line).toMatchObject({
    password: '[redacted]',
    body: { refresh_token: '[redacted]', user: { authorization: '[redacted]' } },
  });
});
