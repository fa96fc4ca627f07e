import { expect } from 'vitest';
import type { CopiedStack } from '../src/compose/copied-stack.ts';
import type { Project } from '../src/compose/project.ts';
import { docker } from '../src/engine/docker.ts';
import { foundInImage } from './search.ts';

const secretNames = {
  postgres: ['postgres_superuser_password', 'database_password'],
  redis: ['redis_password'],
  'auth-service': ['signing_keys.json', 'service_clients.json'],
  'user-service': ['service_client_secret', 'admin_password'],
};
const services = ['api-gateway', 'auth-service', 'user-service', 'postgres', 'redis', 'secrets'];

/** Expects no secret of the stack in environments, command lines, logs or images. */
export async function expectSecretsHidden({ project }: CopiedStack): Promise<void> {
  const values: string[] = [];
  for (const [service, names] of Object.entries(secretNames)) {
    for (const name of names) values.push(...secretParts(await readSecret(project, service, name)));
  }
  expect(values.length).toBeGreaterThanOrEqual(7);

  const places = new Map<string, string>();
  for (const service of services) {
    places.set(`docker inspect of ${service}`, JSON.stringify(await project.container(service)));
    if (service === 'secrets') continue;
    // Of every process: an entrypoint may set more than the container's configuration does. The program, init's first
    // child, must be among them; others may exit meanwhile.
    const read = `read program _ < /proc/1/task/1/children; cat /proc/$program/environ || exit
      cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2> /dev/null || true`;
    const { stdout } = await project.compose(['exec', '-T', service, 'sh', '-c', read]);
    places.set(`environments and command lines in ${service}`, stdout);
  }
  const logs = await project.compose(['logs', '--no-color']);
  places.set('logs', logs.stdout + logs.stderr);
  const names = (await project.compose(['config', '--images'])).stdout.split('\n').filter(Boolean);
  for (const image of names) {
    const history = await docker(['history', '--no-trunc', '--format', '{{.CreatedBy}}', image]);
    places.set(`image ${image}`, JSON.stringify(await docker(['inspect', image])) + history.stdout);
  }
  for (const [place, text] of places)
    expect(
      values.filter((value) => text.includes(value)),
      place,
    ).toEqual([]);
  // The scope of the packages is in every image that is built here: proof that the search works.
  const known = '@evenkeel/';
  for (const image of names.filter((name) => name.includes('evenkeel')))
    expect(await foundInImage(image, [known, ...values]), image).toEqual([known]);
}

async function readSecret(project: Project, service: string, name: string): Promise<string> {
  return (await project.compose(['exec', '-T', service, 'cat', `/run/secrets/${name}`])).stdout.trim();
}

/** For JSON, the secret parts: the numbers of a private key, the secrets of clients. */
function secretParts(value: string): string[] {
  if (!value.startsWith('{')) return [value];
  const parsed = JSON.parse(value) as { keys: { d: string; p: string }[] } | Record<string, { secrets: string[] }>;
  if (Array.isArray(parsed.keys)) return parsed.keys.flatMap(({ d, p }) => [d, p]);
  return Object.values(parsed as Record<string, { secrets: string[] }>).flatMap(({ secrets }) => secrets);
}
