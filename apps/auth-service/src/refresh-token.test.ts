import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { firstRefreshToken, nextRefreshToken, readRefreshToken } from './refresh-token.ts';

it('reads back what it made', () => {
  const id = randomUUID();
  const first = firstRefreshToken(id);
  expect(first.sessionId).toBe(id);
  expect(readRefreshToken(first.text)).toEqual(first);
  const next = nextRefreshToken(first);
  expect(readRefreshToken(next.text)).toEqual(next);
});

it('keeps the family of a session and changes all else', () => {
  const first = firstRefreshToken(randomUUID());
  const next = nextRefreshToken(first);
  expect(next).toMatchObject({ sessionId: first.sessionId, familyHash: first.familyHash });
  expect(next.hash).not.toBe(first.hash);
  expect(firstRefreshToken(first.sessionId).familyHash).not.toBe(first.familyHash);
});

it('does not contain what is stored', () => {
  const { text, hash, familyHash } = firstRefreshToken(randomUUID());
  for (const stored of [hash, familyHash]) expect(text).not.toContain(stored.slice(0, 10));
});

const { text } = firstRefreshToken(randomUUID());
it.each(['', 'x', text.slice(1), `${text}A`, `${text}=`, `${text}\n`, ` ${text}`, `!${text.slice(1)}`])(
  'refuses %j',
  (other) => expect(readRefreshToken(other)).toBeUndefined(),
);
