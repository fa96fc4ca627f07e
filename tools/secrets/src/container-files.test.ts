import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureSecrets } from './secrets.ts';
import { afterAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadStack } from '@evenkeel/stack';
import { clients, filesOf } from './container-files.ts';

const folder = await mkdtemp(join(tmpdir(), 'evenkeel-secrets-'));
afterAll(() => rm(folder, { recursive: true }));

const root = join(import.meta.dirname, '..', '..', '..');
const result = await loadStack(root);
if (!result.ok) throw new Error('services.yaml is not valid');
const { services } = result.stack;

it('gives each service the files that its environment in docker-compose.dev.yml names, and no others', async () => {
  const compose = parse(await readFile(join(root, 'docker-compose.dev.yml'), 'utf8'), { merge: true }) as {
    services: Record<string, { environment: Record<string, unknown> }>;
  };
  const files = await filesOf(await ensureSecrets(folder, clients));
  for (const { name } of services) {
    const named = Object.values(compose.services[name]?.environment ?? {}).flatMap(
      (value) => /^\/run\/secrets\/(.+)$/.exec(String(value))?.[1] ?? [],
    );
    expect([name, [...(files.get(name)?.keys() ?? [])].sort()]).toEqual([name, named.sort()]);
  }
});

it('lets those ask for service tokens whose configuration has the secret for it', async () => {
  for (const { name } of services) {
    const config = await readFile(join(root, 'apps', name, 'src', 'config.ts'), 'utf8');
    expect([name, clients.includes(name)]).toEqual([name, /\bSERVICE_CLIENT_SECRET\b/.test(config)]);
  }
});
