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

test('services that rely on each other have a contract with its tests, or a reason for none', async () => {
  const service = (port: number, rest: string) =>
    `{ port: ${port}, admin_port: ${port + 1}, debug_port: ${port + 2}, ${rest} }`;
  const declare = (ofWeb: string) =>
    writeFile(
      join(root, 'services.yaml'),
      `services:\n  web: ${service(8081, `calls: [shop]${ofWeb}`)}\n  shop: ${service(8091, 'depends_on: []')}\n`,
    );
  const ofContracts = async () => (await problems()).filter((problem) => /pacts|contract/.test(problem));

  await declare('');
  expect(await ofContracts()).toEqual([
    'services.yaml:2: web relies on shop, and pacts/web-shop.json is missing: write it as docs/guides/contracts.md shows, or say why not in web.no_contract',
  ]);
  await declare(", no_contract: { shop: 'it is a prototype' }");
  expect(await ofContracts()).toEqual([]);

  await mkdir(join(root, 'pacts'));
  await writeFile(join(root, 'pacts/web-shop.json'), '{}');
  await writeFile(join(root, 'pacts/shop-web.json'), '{}');
  expect(await ofContracts()).toEqual([
    'services.yaml:2: web.no_contract has a reason for shop, and pacts/web-shop.json is there: remove one of them',
    'pacts/shop-web.json:1: is of a service that neither depends on nor calls the other: delete it, or declare the call',
    'pacts/web-shop.json:1: nothing holds it up: apps/web/test/consumer.contract.test.ts is missing',
    'pacts/web-shop.json:1: nothing holds it up: apps/shop/test/provider.contract.test.ts is missing',
  ]);
});
