import { expect, it } from 'vitest';
import { rotateKeys, signsFrom, type Rotate } from './rotate-keys.ts';

const next = { kid: 'next', publishedAt: 1_000_000 };

it('waits as long as the key has to be published, and a moment for one that was published long ago', () => {
  expect(signsFrom(next, 65_000, next.publishedAt)).toBe(next.publishedAt + 65_000);
  expect(signsFrom(next, 65_000, next.publishedAt + 60_000)).toBe(next.publishedAt + 66_000);
  expect(signsFrom(next, 65_000, next.publishedAt + 600_000)).toBe(next.publishedAt + 606_000);
  expect(signsFrom(next, 0, next.publishedAt)).toBe(next.publishedAt);
});

it('lets no key sign before the wait is over, and says which key stays until when', async () => {
  const steps: string[] = [];
  const printed: string[] = [];
  const rotate: Rotate = (step) => {
    steps.push(step);
    if (step === 'publish') return Promise.resolve({ active: 'first', next, earlier: [] });
    return Promise.resolve({ active: 'next', earlier: [{ kid: 'first', until: Date.parse('2026-01-01T10:20:00') }] });
  };
  const terminal = { print: (line: string) => printed.push(line) > 0 };
  const interrupted = rotateKeys(rotate, terminal, () => Promise.reject(new Error('interrupted')));
  await expect(interrupted).rejects.toThrow('interrupted');
  expect(steps).toEqual(['publish']);
  await rotateKeys(rotate, terminal, async () => void steps.push('wait'));
  expect(steps).toEqual(['publish', 'publish', 'wait', 'activate']);
  expect(printed.at(-1)).toBe('The earlier key first stays published; a rotation after 10:20 removes it.');
});
