import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { docker } from '../src/engine/docker.ts';
import { edit, live } from '../src/loop/edits.ts';
import { needsEngine } from './engine.ts';
import { expectOneRebuilt } from './lockfile-change.ts';
import { underLoad } from '../src/loop/load.ts';
import { percentile } from '../src/loop/percentile.ts';
import { copiedStack, type CopiedStack } from '../src/compose/copied-stack.ts';

needsEngine();

it.each([
  ['a mount, with watch for the lockfile', ['docker-compose.dev.yml']],
  ['copies by watch', ['docker-compose.dev.yml', 'docker-compose.watch.yml']],
])('makes edits live through %s', async (way, files) => {
  await using stack = await copiedStack('watch', files);
  await using _up = await upWithWatch(stack);
  await live(stack.baseUrl, 'No such path', 120_000);
  await sleep(1_000);
  const load = underLoad([{ url: `${stack.baseUrl}/.well-known/jwks.json` }]);
  const figures: number[] = [];
  for (let index = 0; index < 5; index++) {
    edit(stack.folder, `edit ${index}`);
    figures.push(await live(stack.baseUrl, `edit ${index}`));
    await sleep(1_500);
  }
  const { answered, failed } = await load.stop();
  const [p50, p95] = [percentile(figures, 0.5), percentile(figures, 0.95)];
  console.log(
    `${way}: p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms; ${answered} answered, ${failed.length} failed`,
  );
  expect(failed).toEqual([]);
});

it('rebuilds and restarts the service that a changed lockfile affects, by itself with up --watch', async (context) => {
  const { stdout } = await docker(['compose', 'version', '--short']);
  if (!replacesTogether(stdout)) context.skip(`Compose ${stdout.trim()} is older than 2.35`);
  await using stack = await copiedStack('lockfile');
  await using _up = await upWithWatch(stack);
  await live(stack.baseUrl, 'No such path', 120_000);
  await sleep(1_000);
  await expectOneRebuilt(stack);
});

/** Older versions replace each affected service separately, and the replacements conflict. */
function replacesTogether(version: string): boolean {
  const [, major, minor] = /(\d+)\.(\d+)/.exec(version)?.map(Number) ?? [];
  return major !== undefined && minor !== undefined && (major > 2 || minor >= 35);
}

/** Runs Compose in the foreground, and resolves once it watches. */
async function upWithWatch({ project, folder }: CopiedStack): Promise<AsyncDisposable> {
  const { args, env } = project.command(['up', '--build', '--watch']);
  const up = spawn('docker', args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [up.stdout, up.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  // Compose prints this once it watches; earlier saves are in the image, or mounted.
  while (!/Watch enabled|watching/i.test(output) && up.exitCode === null) await sleep(200);
  expect(up.exitCode, output.slice(-2_000)).toBeNull();
  return {
    async [Symbol.asyncDispose]() {
      up.kill('SIGINT');
      if (up.exitCode === null) await once(up, 'exit');
    },
  };
}
