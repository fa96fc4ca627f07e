import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { docker } from '../src/engine/docker.ts';
import { hasEngine, needsEngine } from './engine.ts';
import { copiedStack, type CopiedStack } from '../src/compose/copied-stack.ts';

needsEngine();
let stack: CopiedStack;
beforeAll(async () => {
  if (hasEngine) stack = await copiedStack('mistakes');
});
afterAll(() => stack?.[Symbol.asyncDispose]());

/** The error of `docker compose up`, also when the service is not healthy after so many seconds. */
async function failure(service: string, variables: Record<string, string> = {}, waitSeconds = 25): Promise<string> {
  const { env } = stack.project.command([]);
  const args = ['up', '--build', '--wait', '--wait-timeout', String(waitSeconds), service];
  const up = stack.project.compose(args, { env: { ...env, ...variables }, timeoutMs: 240_000 });
  return up.then(
    () => 'it started',
    (error: Error) => error.message,
  );
}

it('reports the port that is in use', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? String(address?.port) : '';
  expect(await failure('user-service', { USER_SERVICE_DEBUG_PORT: port })).toMatch(
    new RegExp(`${port}.*(in use|allocated)`),
  );
  await new Promise((resolve) => server.close(resolve));
  await stack.project.compose(['down']);
});

it('reports the subnet that overlaps', async () => {
  const network = `${stack.project.name}-other`;
  const subnet = stack.project.command([]).env['SUBNET'] ?? '';
  await docker(['network', 'create', '--subnet', subnet, network]);
  try {
    expect(await failure('redis')).toMatch(/[Pp]ool overlaps/);
  } finally {
    await docker(['network', 'rm', network]);
  }
});

it('reports every mistake in a .env file', async () => {
  writeFileSync(join(stack.folder, '.env'), 'LOG_LEVEL=loud\n');
  appendFileSync(join(stack.folder, '.env'), 'TOKEN_ISSUER=nowhere\n');
  await stack.project.compose(['up', '--build', '--detach', 'user-service']);
  const log = async () => (await stack.project.compose(['logs', '--no-color', 'user-service'])).stdout;
  await expect.poll(log).toContain('TOKEN_ISSUER: ');
  expect(await log()).toContain('LOG_LEVEL: ');
  expect((await stack.project.container('user-service')).State.Health?.Status).not.toBe('healthy');
  writeFileSync(join(stack.folder, '.env'), '');
  expect(await failure('user-service', {}, 180)).toBe('it started');
});

it('builds with the npm settings in NPMRC_FILE', async () => {
  const settings = join(stack.folder, 'settings');
  writeFileSync(settings, 'offline=true\ncache=/nothing\n');
  // Another registry, so that npm has to install again; these settings keep it from connecting to it.
  const variables = { NPMRC_FILE: settings, NPM_CONFIG_REGISTRY: 'http://127.0.0.1:9/' };
  expect(await failure('user-service', variables)).toContain('ENOTCACHED');
});

it('fails the build when a package.json and the lockfile disagree', async () => {
  const manifest = join(stack.folder, 'apps', 'user-service', 'package.json');
  const text = readFileSync(manifest, 'utf8');
  writeFileSync(manifest, text.replace('"dependencies": {', '"dependencies": { "left": "1.0.0",'));
  expect(await failure('user-service')).toContain('package-lock.json and a package.json disagree');
  writeFileSync(manifest, text);
});
