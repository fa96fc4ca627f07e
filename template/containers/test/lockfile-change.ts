import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { CopiedStack } from '../src/compose/copied-stack.ts';
import { inspect } from '../src/engine/docker.ts';
import { register } from '../src/people.ts';

/**
 * Changes what the lockfile says of a package that only user-service has, and expects that this service alone is built
 * and started again: by `rebuild`, or by itself.
 */
export async function expectOneRebuilt({ project, folder, baseUrl }: CopiedStack, rebuild?: () => Promise<unknown>) {
  const image = async (service: string) => (await inspect(`${project.name}-${service}`)).Id;
  const before = { gateway: await image('api-gateway'), users: await image('user-service') };
  const { Id: container } = await project.container('user-service');
  const path = join(folder, 'package-lock.json');
  const lockfile = JSON.parse(readFileSync(path, 'utf8')) as { packages: Record<string, object> };
  // A field that npm keeps but does not use.
  Object.assign(lockfile.packages['node_modules/pg'] ?? {}, { funding: { url: 'https://example.com' } });
  writeFileSync(path, `${JSON.stringify(lockfile, null, 2)}\n`);

  const begun = performance.now();
  await rebuild?.();
  // There is none while it is replaced.
  const present = async () => (await project.container('user-service').catch(() => undefined))?.Id ?? container;
  await expect.poll(present, { timeout: 180_000, interval: 200 }).not.toBe(container);
  await project.healthy('user-service', 60_000);
  console.log(`lockfile saved → rebuilt, started and healthy: ${Math.round(performance.now() - begun)} ms`);
  expect(await image('user-service')).not.toBe(before.users);
  expect(await image('api-gateway')).toBe(before.gateway);
  await expect.poll(() => register(baseUrl)).toBeDefined();
}
