import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

/** What the command hands over to: it has something to clean up on a signal. */
const PROGRAM = `
process.on('SIGTERM', () => setTimeout(() => (console.log('tidied'), process.exit(7)), 100));
setTimeout(() => {}, 60_000);
console.log('runs');
`;

it.each([
  ['bench', 'template/bench', 'SIGINT'],
  ['acceptance', 'acceptance', 'SIGTERM'],
] as const)('keel %s of %s passes %s on to its program and waits for its end', async (command, folder, signal) => {
  const root = await mkdtemp(join(tmpdir(), 'keel-hands-over-'));
  const source = join(root, folder, 'src');
  await mkdir(source, { recursive: true });
  await writeFile(join(source, 'main.ts'), PROGRAM);
  const invocation = `{ root: ${JSON.stringify(root)}, args: ['${command}'], cwd: '/', env: {}, stdout, stderr }`;
  const cli = JSON.stringify(join(import.meta.dirname, '..', 'cli.ts'));
  const keel = spawn(process.execPath, [
    ...['--input-type=module', '--eval'],
    `import { runKeel } from ${cli}; const { stdout, stderr } = process; process.exitCode = await runKeel(${invocation});`,
  ]);
  onTestFinished(async () => {
    keel.kill('SIGKILL');
    await rm(root, { recursive: true });
  });
  let output = '';
  for (const stream of [keel.stdout, keel.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const ended = once(keel, 'close').then(([code]) => ({ code: code as unknown, output }));
  await expect.poll(() => output).toBe('runs\n');
  keel.kill(signal);
  expect(await ended).toEqual({ code: 7, output: 'runs\ntidied\n' });
});
