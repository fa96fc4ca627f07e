import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Stack } from '@evenkeel/stack';

/** Where a service's configuration schema stands. */
export const configFileOf = (root: string, service: string) => join(root, 'apps', service, 'src', 'config.ts');

/** The services that may ask auth-service for service tokens: those whose configuration knows the secret for it. */
export async function clientsOf(root: string, stack: Stack): Promise<string[]> {
  const known = await knownVariables(root, stack);
  return stack.services.filter(({ name }) => known(name)('SERVICE_CLIENT_SECRET')).map(({ name }) => name);
}

/** A service is given the generated secrets that its configuration names, and no others; one without code, none. */
export async function knownVariables(
  root: string,
  stack: Stack,
): Promise<(service: string) => (name: string) => boolean> {
  const texts = new Map(
    await Promise.all(
      stack.services.map(
        async ({ name }) => [name, await readFile(configFileOf(root, name), 'utf8').catch(() => '')] as const,
      ),
    ),
  );
  return (service) => (variable) => new RegExp(`\\b${variable}\\b`).test(texts.get(service) ?? '');
}
