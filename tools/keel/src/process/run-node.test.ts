import { expect, it } from 'vitest';
import { runNode } from './run-node.ts';

it('returns what a program prints, and its exit code', async () => {
  const program = `process.stdin.on('data', (text) => console.log(process.env.GREETING + text))
    .on('end', () => { console.error('bye'); process.exitCode = 3; });`;
  const run = await runNode(['--eval', program], { env: { GREETING: 'hello ' }, input: 'world' });
  expect(run).toEqual({ code: 3, stdout: 'hello world\n', stderr: 'bye\n' });
});

it('tells a signal from an exit code, and does not mind input that nobody reads', async () => {
  const program = `process.kill(process.pid, 'SIGKILL')`;
  const run = await runNode(['--eval', program], { env: {}, input: 'x'.repeat(1_000_000) });
  expect(run.code).toBe(null);
});

it('kills the program when its signal aborts', async () => {
  const aborting = new AbortController();
  const run = runNode(['--eval', 'setInterval(() => {}, 1000)'], { env: {}, signal: aborting.signal });
  aborting.abort();
  await expect(run).rejects.toMatchObject({ name: 'AbortError' });
});
