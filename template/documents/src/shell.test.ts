import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { typeInto } from './shell.ts';

describe('a shell session', () => {
  it('keeps variables between commands and returns the output and status of each', async () => {
    const shown = await typeInto(
      ['WORD=hello', 'echo "$WORD"; echo "$WORD" >&2', 'false', "printf 'no newline'"],
      tmpdir(),
    );
    expect(shown).toEqual([
      { output: '', status: 0 },
      { output: 'hello\nhello\n', status: 0 },
      { output: '', status: 1 },
      { output: 'no newline', status: 0 },
    ]);
  });

  it('ends when the shell exits', async () => {
    expect(await typeInto(['echo 1', 'exit 3', 'echo 2'], tmpdir())).toHaveLength(1);
  });
});
