import { describe, expect, test } from 'vitest';
import { lineOfReferences, referencesIn, withReferences } from './references-text.ts';

const short = '{\n  "extends": "../../tsconfig.base.json"\n}\n';

describe('withReferences', () => {
  test('adds what is missing and leaves the rest of the text as it is', () => {
    expect(withReferences(short, ['../errors'])).toBe(
      '{\n  "extends": "../../tsconfig.base.json",\n  "references": [{ "path": "../errors" }]\n}\n',
    );
  });

  test('replaces what is there', () => {
    const once = withReferences('{\n  // why\n  "references": [{ "path": "a" }],\n  "files": []\n}\n', ['b', 'c']);
    expect(once).toBe('{\n  // why\n  "references": [{ "path": "b" }, { "path": "c" }],\n  "files": []\n}\n');
    expect(referencesIn(once)).toEqual(['b', 'c']);
    expect(withReferences(once, ['b', 'c'])).toBe(once);
  });

  test('breaks a line that would be longer than 120 characters', () => {
    const paths = Array.from({ length: 6 }, (_, index) => `../library-number-${index}`);
    const text = withReferences(short, paths);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
    expect(referencesIn(text)).toEqual(paths);
    expect(lineOfReferences(text)).toBe(3);
  });

  test('a file with nothing in it gets only the references', () => {
    expect(withReferences('{}\n', ['a'])).toBe('{\n  "references": [{ "path": "a" }]\n}\n');
  });
});
