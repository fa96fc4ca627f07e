import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { openTerminal } from './terminal.ts';

/** A terminal whose reader reads what was printed when `take` is called. */
function slowTerminal() {
  let take: (error?: Error) => void = () => {};
  const stdout = new Writable({ highWaterMark: 1, write: (_chunk, _encoding, done) => void (take = done) });
  const terminal = openTerminal(stdout as NodeJS.WriteStream, new Writable() as NodeJS.WriteStream, {});
  return { terminal, take: (error?: Error) => take(error) };
}

it('lets any number wait for a slow reader', async () => {
  const { terminal, take } = slowTerminal();
  expect(terminal.print('much')).toBe(false);
  const waiting = Array.from({ length: 50 }, () => terminal.drained());
  take();
  await Promise.all(waiting);
  await terminal.drained();
});

it('does not wait for a reader that is gone', async () => {
  const { terminal, take } = slowTerminal();
  terminal.print('much');
  const waiting = terminal.drained();
  take(new Error('EPIPE'));
  await waiting;
});
