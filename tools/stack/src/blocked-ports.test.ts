import { expect, test } from 'vitest';
import { isBlockedPort } from './blocked-ports.ts';

const all = Array.from({ length: 65_536 }, (_, port) => port);

test.each(all.filter(isBlockedPort).slice(1))('fetch refuses %d', async (port) => {
  await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toMatchObject({ cause: { message: 'bad port' } });
});

test('the ports of a fresh clone, and those that servers are usually given, are open', () => {
  expect([80, 443, 3000, 8080, 8081, 8443, 9080, 9229, 10_081].filter(isBlockedPort)).toEqual([]);
  expect(all.filter(isBlockedPort)).toHaveLength(83);
});
