import { describe, expect, it } from 'vitest';
import { looksLike, stepsOf } from './steps.ts';

describe('the steps of a document', () => {
  it('are the commands in its console blocks, with their output', () => {
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

  it('ignores blocks of other languages', () => {
    expect(stepsOf('```sh\n$ one\n```\n\n```\n$ two\n```')).toEqual([]);
  });

  it('joins the lines of a command that end in a backslash', () => {
    expect(stepsOf('```console\n$ one \\\n    --two \\\n    --three\nshown\n```')).toEqual([
      { command: 'one \\\n    --two \\\n    --three', output: 'shown', line: 2 },
    ]);
  });

  it('keeps a backslash at the end of an output line', () => {
    expect(stepsOf('```console\n$ one\na\\\n$ two\n```')).toHaveLength(2);
  });
});

describe('the documented output of a command', () => {
  it('is compared character by character, except at an ellipsis', () => {
    expect(looksLike('{"id":"17","name":"Ada"}\n', '{"id":"…","name":"Ada"}')).toBe(true);
    expect(looksLike('{"id":"17","name":"Eve"}', '{"id":"…","name":"Ada"}')).toBe(false);
    expect(looksLike('{"id":"17"}', '{"id":"…","name":"Ada"}')).toBe(false);
  });

  it('is empty when none is documented', () => {
    expect(looksLike('\n', '')).toBe(true);
    expect(looksLike('an error', '')).toBe(false);
  });

  it('has ellipses that match within a line only', () => {
    expect(looksLike('a\nb', 'a…')).toBe(false);
  });

  it('may contain characters that are special in a pattern', () => {
    expect(looksLike('a.b*(c)[d]', 'a.b*(c)[d]')).toBe(true);
    expect(looksLike('axb', 'a.b')).toBe(false);
  });
});
