import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkParity } from '../src/parity/check-parity.ts';
import { formatProblem } from '../src/problem.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'parity-'));
});
afterEach(() => rm(root, { recursive: true }));

const problems = async (): Promise<string[]> => (await checkParity(root)).map(formatProblem);

test('a stack that is not valid is reported by itself', async () => {
  await writeFile(join(root, 'services.yaml'), 'services: 7\n');
  expect(await problems()).toEqual(['services.yaml:1: services must be a map, not 7']);
});

test('files are read where they are, the one for development is missed, and that for production need not be there', async () => {
  await writeFile(join(root, 'services.yaml'), 'services: {}\n');
  expect(await problems()).toEqual(['docker-compose.dev.yml:1: is missing']);
  await writeFile(join(root, 'docker-compose.dev.yml'), 'services:\n  stray: { restart: always }\n');
  expect(await problems()).toEqual([
    'docker-compose.dev.yml:2: stray is not in services.yaml; declare it there, or give it a profile',
  ]);
});

test('a service without manifests is reported where others have them', async () => {
  const ports = 'port: 8080, admin_port: 9080, debug_port: 9229';
  await writeFile(join(root, 'services.yaml'), `services:\n  web: { ${ports} }\n`);
  const file = 'infra/k8s/services/web/kustomization.yaml:1: is missing';
  expect(await problems()).not.toContain(file);
  await mkdir(join(root, 'infra/k8s/services'), { recursive: true });
  await writeFile(join(root, 'infra/k8s/services/kustomization.yaml'), '');
  expect(await problems()).toContain(file);
});
