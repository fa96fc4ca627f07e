import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createStaleCopies, type Copy } from './stale-copy.ts';

const copy = (bytes: number, fill = 1): Copy => ({
  status: 200,
  headers: ['ETag', '"1"'],
  body: Buffer.alloc(bytes, fill),
  storedAt: 0,
  vary: {},
});

it('returns a copy to the caller it was made for, and to no one else', () => {
  const copies = createStaleCopies();
  copies.set('/users/me', 'ada', copy(10, 1));
  copies.set('/users/me', 'bob', copy(10, 2));
  expect(copies.get('/users/me', 'ada')?.body[0]).toBe(1);
  expect(copies.get('/users/me', 'bob')?.body[0]).toBe(2);
  expect(copies.get('/users/me', 'eve')).toBeUndefined();
  copies.deletePath('/users/me');
  expect(copies.get('/users/me', 'ada')).toBeUndefined();
  expect(copies.size).toBe(0);
});

it('keeps no more than its limit, and what was used last', () => {
  const copies = createStaleCopies({ limit: 10_000, copyLimit: 4_000 });
  copies.set('/large', 'ada', copy(4_001));
  expect(copies.size).toBe(0);
  for (const path of ['/1', '/2', '/3']) copies.set(path, 'ada', copy(2_500));
  copies.get('/1', 'ada');
  copies.set('/4', 'ada', copy(2_500));
  expect(['/1', '/2', '/3', '/4'].filter((path) => copies.get(path, 'ada'))).toEqual(['/1', '/3', '/4']);
});

it.each<[string, (long: string) => [path: string, caller: string, vary: Record<string, string>]]>([
  ['path', (long) => [`/users/me?${long}`, 'ada', {}]],
  ['caller', (long) => ['/users/me', long, {}]],
  ['request, as far as its answer varies by it', (long) => [`/${long.slice(-3)}`, 'ada', { 'accept-language': long }]],
])('counts the %s, too: whoever asks chooses it', (_what, of) => {
  const copies = createStaleCopies({ limit: 100_000 });
  const kept = Array.from({ length: 30 }, (_, index) => of('x'.repeat(10_000) + String(100 + index)));
  for (const [path, caller, vary] of kept) copies.set(path, caller, { ...copy(10), vary });
  expect(kept.filter(([path, caller]) => copies.get(path, caller)).length).toBeLessThan(10);
  for (const [path] of kept) copies.deletePath(path);
  expect(copies.size).toBe(0);
});

it('never takes more room than allowed, and none when all is gone', () => {
  const path = fc.constantFrom('/a', '/b', '/c', '/d');
  const caller = fc.constantFrom('ada', 'bob');
  const change = fc.record({
    kind: fc.constantFrom('set', 'get', 'delete', 'deletePath'),
    path,
    caller,
    bytes: fc.nat(3_000),
  });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 100 }), (changes) => {
      const copies = createStaleCopies({ limit: 5_000, copyLimit: 2_500 });
      for (const { kind, path, caller, bytes } of changes) {
        if (kind === 'set') copies.set(path, caller, copy(bytes));
        if (kind === 'get') copies.get(path, caller);
        if (kind === 'delete') copies.delete(path, caller);
        if (kind === 'deletePath') copies.deletePath(path);
        expect(copies.size).toBeLessThanOrEqual(5_000);
      }
      for (const path of ['/a', '/b', '/c', '/d']) copies.deletePath(path);
      expect(copies.size).toBe(0);
    }),
  );
});
