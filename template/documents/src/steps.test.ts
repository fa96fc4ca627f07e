import { describe, expect, it } from 'vitest';
import { looksLike, stepsOf } from './steps.ts';

describe('the steps of a document', () => {
  it('are the commands of its console blocks with what they show', () => {
    const markdown = [
      '# Title',
      '```console',
      '$ one',
      '1',
      '2',
      '$ two',
      '```',
      '$ not this',
      '```console',
      '$ three',
      '```',
    ];
    expect(stepsOf(markdown.join('\n'))).toEqual([
      { command: 'one', output: '1\n2', line: 3 },
      { command: 'two', output: '', line: 6 },
      { command: 'three', output: '', line: 10 },
    ]);
  });

  it('leaves blocks of other languages alone', () => {
    expect(stepsOf('```sh\n$ one\n```\n\n```\n$ two\n```')).toEqual([]);
  });

  it('follows a command over lines that end in a backslash', () => {
    expect(stepsOf('```console\n$ one \\\n    --two \\\n    --three\nshown\n```')).toEqual([
      { command: 'one \\\n    --two \\\n    --three', output: 'shown', line: 2 },
    ]);
  });

  it('takes a backslash at the end of what is shown for what it is', () => {
    expect(stepsOf('```console\n$ one\na\\\n$ two\n```')).toHaveLength(2);
  });
});

describe('what a command shows', () => {
  it('is compared character by character, but for what is left out', () => {
    expect(looksLike('{"id":"17","name":"Ada"}\n', '{"id":"…","name":"Ada"}')).toBe(true);
    expect(looksLike('{"id":"17","name":"Eve"}', '{"id":"…","name":"Ada"}')).toBe(false);
    expect(looksLike('{"id":"17"}', '{"id":"…","name":"Ada"}')).toBe(false);
  });

  it('is nothing where nothing is documented', () => {
    expect(looksLike('\n', '')).toBe(true);
    expect(looksLike('an error', '')).toBe(false);
  });

  it('is left out within one line only', () => {
    expect(looksLike('a\nb', 'a…')).toBe(false);
  });

  it('holds characters that mean something in a pattern', () => {
    expect(looksLike('a.b*(c)[d]', 'a.b*(c)[d]')).toBe(true);
    expect(looksLike('axb', 'a.b')).toBe(false);
  });
});
