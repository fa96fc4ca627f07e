import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { createCursors } from './cursor.ts';

const cursors = createCursors('secret');

it('returns the position that it was made of', () => {
  for (const time of [0, 1, Date.now(), 253_402_300_799_999, -1]) {
    const position = { createdAt: new Date(time), id: randomUUID() };
    expect(cursors.decode(cursors.encode(position))).toEqual(position);
  }
});

it('is the same in every replica, and another one under another secret', () => {
  const cursor = createCursors('secret').encode({ createdAt: new Date(), id: randomUUID() });
  expect(() => cursors.decode(cursor)).not.toThrow();
  expect(() => createCursors('other').decode(cursor)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
});

it('needs no escaping in a URL', () => {
  const cursor = cursors.encode({ createdAt: new Date(), id: randomUUID() });
  expect(encodeURIComponent(cursor)).toBe(cursor);
});
