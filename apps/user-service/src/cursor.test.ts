import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from './cursor.ts';

it('returns the position that it was made of', () => {
  for (const time of [0, 1, Date.now(), 253_402_300_799_999, -1]) {
    const position = { createdAt: new Date(time), id: randomUUID() };
    expect(decodeCursor(encodeCursor(position))).toEqual(position);
  }
});

it('refuses a time that the database could not take', () => {
  for (const time of [253_402_300_800_000, -62_135_596_800_001, 8.64e15]) {
    const cursor = encodeCursor({ createdAt: new Date(time), id: randomUUID() });
    expect(() => decodeCursor(cursor)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  }
});

it('needs no escaping in a URL', () => {
  const cursor = encodeCursor({ createdAt: new Date(), id: randomUUID() });
  expect(encodeURIComponent(cursor)).toBe(cursor);
});
