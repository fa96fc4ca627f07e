import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { docker, inspect } from '../src/engine/docker.ts';
import { edit, live } from '../src/loop/edits.ts';
import { needsEngine } from './engine.ts';
import { register } from '../src/people.ts';
import { underLoad } from '../src/loop/load.ts';
import { percentile } from '../src/loop/percentile.ts';
import { copiedStack, type CopiedStack } from '../src/compose/copied-stack.ts';

needsEngine();

it.each([
  ['a mount, with watch for the lockfile', ['docker-compose.dev.yml']],
  ['copies by watch', ['docker-compose.dev.yml', 'docker-compose.watch.yml']],
])('takes over edits through %s', async (way, files) => {
  await using stack = await copiedStack('watch', files);
  await using _up = await upWithWatch(stack);
  await live(stack.baseUrl, 'No such path', 120_000);
  await sleep(1_000);
  const load = underLoad([{ url: `${stack.baseUrl}/.well-known/jwks.json` }]);
  const figures: number[] = [];
  for (let index = 0; index < 10; index++) {
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

it('builds and starts anew the service that a changed lockfile concerns, with up --build', async () => {
  await using stack = await copiedStack('lockfile');
  await stack.project.compose(['up', '--build', '--wait']);
  await expectOneRebuilt(stack, () => stack.project.compose(['up', '--build', '--wait']));
});

it('builds and starts anew the service that a changed lockfile concerns, by itself with up --watch', async (context) => {
  const { stdout } = await docker(['compose', 'version', '--short']);
  if (!replacesTogether(stdout)) context.skip(`Compose ${stdout.trim()} is older than 2.35`);
  await using stack = await copiedStack('lockfile');
  await using _up = await upWithWatch(stack);
  await live(stack.baseUrl, 'No such path', 120_000);
  await sleep(1_000);
  await expectOneRebuilt(stack);
});

/** Before, Compose replaced each service that a change concerns by itself, and they got into each other's way. */
function replacesTogether(version: string): boolean {
  const [, major, minor] = /(\d+)\.(\d+)/.exec(version)?.map(Number) ?? [];
  return major !== undefined && minor !== undefined && (major > 2 || minor >= 35);
}

/** Changes what the lockfile says of a package that only user-service has. */
async function expectOneRebuilt({ project, folder, baseUrl }: CopiedStack, rebuild?: () => Promise<unknown>) {
  const image = async (service: string) => (await inspect(`${project.name}-${service}`)).Id;
  const before = { gateway: await image('api-gateway'), users: await image('user-service') };
  const { Id: container } = await project.container('user-service');
  const path = join(folder, 'package-lock.json');
  const lockfile = JSON.parse(readFileSync(path, 'utf8')) as { packages: Record<string, object> };
  // A field that npm keeps and does not look at.
  Object.assign(lockfile.packages['node_modules/pg'] ?? {}, { funding: { url: 'https://example.com' } });
  writeFileSync(path, `${JSON.stringify(lockfile, null, 2)}\n`);

  const begun = performance.now();
  await rebuild?.();
  // While it is replaced there is none.
  const present = async () => (await project.container('user-service').catch(() => undefined))?.Id ?? container;
  await expect.poll(present, { timeout: 180_000, interval: 200 }).not.toBe(container);
  await project.healthy('user-service', 60_000);
  console.log(`lockfile saved → rebuilt, started and healthy: ${Math.round(performance.now() - begun)} ms`);
  expect(await image('user-service')).not.toBe(before.users);
  expect(await image('api-gateway')).toBe(before.gateway);
  await expect.poll(() => register(baseUrl)).toBeDefined();
}

/** Compose in the foreground, once it watches. */
async function upWithWatch({ project, folder }: CopiedStack): Promise<AsyncDisposable> {
  const { args, env } = project.command(['up', '--build', '--watch']);
  const up = spawn('docker', args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [up.stdout, up.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  // Compose says so when it has begun to watch; what is saved before is in the image, or is mounted.
  while (!/Watch enabled|watching/i.test(output) && up.exitCode === null) await sleep(200);
  expect(up.exitCode, output.slice(-2_000)).toBeNull();
  return {
    async [Symbol.asyncDispose]() {
      up.kill('SIGINT');
      if (up.exitCode === null) await once(up, 'exit');
    },
  };
}
