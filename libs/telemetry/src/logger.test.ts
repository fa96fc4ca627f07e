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

it('omits what a database adds to its errors: the values of a row', () => {
  const lines: string[] = [];
  const logger = createLogger('demo', 'info', { write: (line) => void lines.push(line) });
  const error = Object.assign(new Error('duplicate key'), {
    code: '23505',
    detail: 'Key (email)=(ada@example.com) already exists.',
    where: 'COPY users, line 1: "ada@example.com"',
  });
  logger.error({ err: error }, 'unexpected error');
  expect(lines.join('')).toContain('23505');
  expect(lines.join('')).not.toContain('ada@example.com');
});
