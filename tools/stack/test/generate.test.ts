import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkGenerated, generate } from '../src/generate/generate.ts';
import { formatProblem } from '../src/problem.ts';
import { declaredStack } from '../src/read/read-stack.ts';
import { entryServices } from '../src/stack.ts';

const root = resolve(import.meta.dirname, '../../..');
const parts = [
  'package.json',
  'services.yaml',
  'tsconfig.json',
  'README.md',
  '.env.example',
  'docker-compose.watch.yml',
  'docker-compose.observability.yml',
];
const folders = ['infra', 'docs/guides', '.devcontainer', 'apps', 'libs', 'tools', 'acceptance', 'template'];
const [gateway = ''] = entryServices(await declaredStack(root));
let copy: string;

beforeEach(async () => {
  copy = await mkdtemp(join(tmpdir(), 'generate-'));
  // Of sources, only what may be generated.
  const filter = (path: string): boolean =>
    !/\/(node_modules|dist|\.types|test)$|(?<!\/upstream-variables)\.ts$/.test(path);
  for (const part of [...parts, ...folders]) {
    await cp(join(root, part), join(copy, part), { recursive: true, filter }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
});
afterEach(() => rm(copy, { recursive: true }));

const read = (file: string): Promise<string> => readFile(join(copy, file), 'utf8');
const problems = async (): Promise<string[]> => (await checkGenerated(copy)).map(formatProblem);
async function change(file: string, from: string | RegExp, to: string): Promise<void> {
  const text = await read(file);
  expect(text).toMatch(from);
  await writeFile(join(copy, file), text.replace(from, to));
}

test('the generated files of this repository are up to date', async () => {
  expect((await checkGenerated(root)).map(formatProblem)).toEqual([]);
});

test('a service that is declared reaches every file that repeats the declaration, and what is there stays', async () => {
  const files = [
    'tools/secrets/src/needed.json',
    `apps/${gateway}/src/upstream-variables.ts`,
    'infra/docker/postgres/init/10-roles.sh',
    'infra/docker/docker-bake.hcl',
    'infra/k8s/services/kustomization.yaml',
    'infra/k8s/components/autoscaling/autoscalers.yaml',
    'infra/k8s/components/network-policies/policies.yaml',
    'infra/observability/scrape/compose.yaml',
    'infra/observability/scrape/kubernetes.yaml',
    'docker-compose.observability.yml',
    'docker-compose.watch.yml',
    '.devcontainer/devcontainer.json',
    '.env.example',
    'docs/guides/containers.md',
    'README.md',
  ];
  const before = await Promise.all([...parts, ...files].map(read));
  const declared = 'notes: { port: 8091, admin_port: 9091, debug_port: 9291, depends_on: [postgres], database: notes }';
  await change('services.yaml', /^services:\n/m, `services:\n  ${declared}\n`);
  await change('services.yaml', new RegExp(`(?<=^  ${gateway}:\\n(?: {4}.*\\n)*? {4}depends_on: \\[)`, 'm'), 'notes, ');
  const outdated = await problems();
  expect(outdated).toEqual(
    files.map((file) => expect.stringMatching(`^${file}:\\d+: is not up to date; run ./keel generate$`)),
  );

  expect(await generate(copy)).toMatchObject({ changed: expect.arrayContaining(files), problems: [] });
  expect(await generate(copy)).toEqual({ changed: [], problems: [] });
  expect(JSON.parse(await read('tools/secrets/src/needed.json'))).toMatchObject({
    containers: { notes: ['database_password'] },
  });
  expect(await read(`apps/${gateway}/src/upstream-variables.ts`)).toContain("'notes': 'NOTES_URL'");
  expect(await read('infra/docker/postgres/init/10-roles.sh')).toContain(
    '\ncreate notes notes /run/secrets/database_password\n',
  );
  expect(await read('infra/docker/docker-bake.hcl')).toContain('default = "notes,');
  expect(await read('infra/observability/scrape/compose.yaml')).toContain(
    '{ targets: [notes:9091], labels: { service_name: notes } }\n',
  );
  expect(await read('infra/observability/scrape/kubernetes.yaml')).toContain(
    "regex: '.*:9091', target_label: service_name, replacement: notes }\n",
  );
  expect(await read('docker-compose.observability.yml')).toContain('\n  notes: *exporting\n');
  expect(await read('docker-compose.watch.yml')).toContain('      - notes-secrets:/run/secrets:ro\n');
  expect(await read('infra/k8s/components/network-policies/policies.yaml')).toContain('metadata: { name: notes }\n');
  expect(await read('infra/k8s/services/kustomization.yaml')).toContain('  - notes\n');
  expect(await read('infra/k8s/components/autoscaling/autoscalers.yaml')).toContain(
    'kind: Deployment, name: notes }\n',
  );
  const container = await read('.devcontainer/devcontainer.json');
  expect(container).toMatch(/"forwardPorts": \[[^\]]*\b8091, [^\]]*\b9091, [^\]]*\b9291, /);
  expect(container).toContain('"9291": { "label": "notes: debugger", "onAutoForward": "ignore" }');
  expect(await read('.env.example')).toContain('# NOTES_ADMIN_PORT=9091\n# NOTES_DEBUG_PORT=9291\n');
  expect(await read('docs/guides/containers.md')).toContain('NOTES_ADMIN_PORT=9191\n');
  expect(await read('README.md')).toContain('NOTES["notes<br>:8091"]');

  await change('services.yaml', /^ {2}notes: .*\n/m, '');
  await change('services.yaml', 'notes, ', '');
  await generate(copy);
  expect(await Promise.all([...parts, ...files].map(read))).toEqual(before);
});

test("a Dev Container keeps its owner's ports and comments", async () => {
  const file = '.devcontainer/devcontainer.json';
  await change(file, '"portsAttributes": {', '// Mine.\n  "portsAttributes": {\n    "3000": { "label": "mine" },');
  await generate(copy);
  const text = await read(file);
  expect(text).toContain('// Mine.');
  expect(text).toMatch(/"forwardPorts": \[3000, /);
  expect(text).toContain('"3000": { "label": "mine" },');
});

test('a part that is not there is named, and the others are written', async () => {
  await change('infra/docker/docker-bake.hcl', 'variable "SERVICES"', 'variable "SERVISES"');
  await change('.env.example', /^# \w+_DEBUG_PORT=.*\n/m, '');
  expect(await generate(copy)).toEqual({
    changed: ['.env.example'],
    problems: [{ file: 'infra/docker/docker-bake.hcl', line: 1, message: expect.stringContaining('SERVICES') }],
  });
});

test('a file that a copy does without is not made, and prose without the part is left alone', async () => {
  for (const file of ['.devcontainer', 'docker-compose.watch.yml', 'infra', 'docs']) {
    await rm(join(copy, file), { recursive: true });
  }
  await writeFile(join(copy, 'README.md'), '# Ours\n');
  expect(await problems()).toEqual([]);
});

test('mistakes of services.yaml are reported, and nothing is written', async () => {
  await writeFile(join(copy, 'services.yaml'), 'services: 7\n');
  expect(await problems()).toEqual(['services.yaml:1: services must be a map, not 7']);
});

test('a reference that is lost or left over is named with its line, and is put right', async () => {
  const file = 'libs/contracts/tsconfig.json';
  const text = await read(file);
  await change(file, '../errors', '../telemetry');
  await rm(join(copy, 'libs/errors/tsconfig.build.json'));
  expect(await problems()).toEqual([
    `${file}:3: is not up to date; run ./keel generate`,
    'libs/errors/tsconfig.build.json:1: is missing; run ./keel generate',
  ]);
  expect((await generate(copy)).changed).toEqual([file, 'libs/errors/tsconfig.build.json']);
  expect(await read(file)).toBe(text);
  expect(await problems()).toEqual([]);
});
