import { expect, it } from 'vitest';
import { requestId } from './request-id.ts';

it('keeps an id that looks like one and makes one otherwise', () => {
  expect(requestId('01JD9YVR3E5ZKQ2V4F6M8N0P1R')).toBe('01JD9YVR3E5ZKQ2V4F6M8N0P1R');
  for (const bad of [
    undefined,
    'short',
    'x'.repeat(129),
    'has spaces in it',
    'line\nbreak-1',
    ['a'.repeat(9), 'b'.repeat(9)],
  ]) {
    expect(requestId(bad)).toMatch(/^[0-9a-f-]{36}$/);
  }
});
