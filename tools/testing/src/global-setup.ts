import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { removeRun } from './postgres-run.ts';
import { chooseStores } from './stores/choose-stores.ts';
import type { StoreAddresses, Stores } from './stores/test-stores.ts';

declare module 'vitest' {
  interface ProvidedContext {
    stores: StoreAddresses;
  }
}

const WORKSPACE = join(import.meta.dirname, '..', '..', '..');

/**
 * Starts one PostgreSQL and one Redis for all test files of a run (Vitest's global setup), in Docker or as processes of
 * this machine, or takes those that TEST_POSTGRES_URL, TEST_REDIS_URL and TEST_REDIS_PASSWORD name.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const run = randomBytes(6).toString('hex');
  const { addresses, stop } = await openStores(process.env);
  const forget = project.globalConfig.coverage.enabled ? undefined : await shareCompiledCode(process.env);
  project.provide('stores', { run, ...addresses });
  return async () => {
    try {
      await removeRun(addresses.postgresUrl, run);
    } finally {
      await stop();
      await forget?.();
    }
  };
}

/**
 * Makes the programs that the tests start compile each file once per run: compiling is a third of what a start costs.
 * Not while coverage is measured, since V8 counts less precisely in code from the cache.
 */
async function shareCompiledCode(env: NodeJS.ProcessEnv): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'evenkeel-compiled-'));
  env['NODE_COMPILE_CACHE'] = folder;
  // A program may still be writing what it has compiled.
  return () => rm(folder, { recursive: true, force: true, maxRetries: 10 });
}

async function openStores(env: NodeJS.ProcessEnv): Promise<Stores> {
  const { TEST_POSTGRES_URL: postgresUrl, TEST_REDIS_URL: redisUrl, TEST_REDIS_PASSWORD: redisPassword = '' } = env;
  if (postgresUrl !== undefined && redisUrl !== undefined)
    return { addresses: { postgresUrl, redisUrl, redisPassword }, stop: () => Promise.resolve() };
  if (postgresUrl !== undefined || redisUrl !== undefined)
    throw new Error('TEST_POSTGRES_URL and TEST_REDIS_URL belong together: set both, or none.');
  // Each source is loaded only when it is used: that of containers is large.
  const containers = () => import('./stores/containers.ts');
  if ((await chooseStores(env, async () => (await containers()).engineAnswers())) === 'containers')
    return (await containers()).startContainerStores(env, WORKSPACE);
  const { startLocalStores } = await import('./stores/local.ts');
  return startLocalStores(env, WORKSPACE);
}
