import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { declaredStack } from '@evenkeel/stack';
import { expect, it } from 'vitest';
import { root } from './copied-stack.ts';

const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const development = read('docker-compose.dev.yml');
const observability = read('docker-compose.observability.yml');
const example = new Map(
  [...read('.env.example').matchAll(/^# ([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
);

/** `${NAME:-default}` with one more of them inside at most, as `withDefaults` of services.yaml's checks reads them. */
function variablesIn(text: string): Map<string, string> {
  const code = text.replace(/^\s*#.*$/gm, '');
  const inner = [...code.matchAll(/\$\{(\w+):-([^{}]*)\}/g)];
  const outer = [...code.matchAll(/\$\{(\w+):-((?:[^{}]|\$\{[^}]*\})*)\}/g)];
  return new Map(
    [...inner, ...outer].map(([, name = '', value = '']) => [name, value.replace(/\$\{\w+:-([^}]*)\}/g, '$1')]),
  );
}

/** Variables of a process, which the Compose file sets itself. */
const ofProcesses = ['HOST', 'ADMIN_HOST', 'TRUSTED_PROXIES', 'NODE_ENV', 'COVERAGE_SUMMARY'];

/** What Compose reads by itself. */
const ofCompose = ['COMPOSE_PROJECT_NAME'];

/** What `./keel cluster` reads. */
const ofCluster = ['KIND_NODE_IMAGE', 'REGISTRY_IMAGE'];

it('documents every variable of docker-compose.dev.yml with its default', () => {
  const variables = variablesIn(development);
  expect(variables.size).toBeGreaterThan(20);
  for (const [name, value] of variables) expect([name, example.get(name)]).toEqual([name, value]);
});

it('documents every variable of docker-compose.observability.yml with its default, but that of its own collector', () => {
  const variables = variablesIn(observability);
  expect(variables.get('OTEL_EXPORTER_OTLP_ENDPOINT')).toBe('http://collector:4318');
  variables.delete('OTEL_EXPORTER_OTLP_ENDPOINT');
  expect(variables.size).toBeGreaterThan(10);
  for (const [name, value] of variables) expect([name, example.get(name)]).toEqual([name, value]);
});

it('documents the variables that the other files add', () => {
  const names = ['docker-compose.prod.yml', 'docker-compose.watch.yml'].flatMap((file) => [
    ...variablesIn(read(file)).keys(),
  ]);
  expect(names.filter((name) => !example.has(name))).toEqual([]);
});

it('passes on every variable that .env can set', () => {
  const passedOn = new Set(
    [development, read('docker-compose.prod.yml'), observability].flatMap((text) => [...variablesIn(text).keys()]),
  );
  const others = [...ofProcesses, ...ofCompose, ...ofCluster];
  expect([...example.keys()].filter((name) => !passedOn.has(name) && !others.includes(name))).toEqual([]);
});

it('allows every CPU limit to be removed, for engines that reject one', () => {
  const limits = [...`${development}${observability}`.matchAll(/^ *cpus: (.*)$/gm)].map(([, limit]) => limit);
  expect(limits.length).toBeGreaterThan(4);
  expect(limits.filter((limit) => !/^\$\{\w+_CPUS:-[\d.]+\}$/.test(limit ?? ''))).toEqual([]);
});

it('mounts files of the clone read-only, with an SELinux label that all containers can read', () => {
  const mounts = [...`${development}${observability}`.matchAll(/^ *- (\.\/.*)$/gm)].map(([, mount]) => mount ?? '');
  expect(mounts.length).toBeGreaterThan(16);
  expect(mounts.filter((mount) => !mount.endsWith(':ro,z'))).toEqual([]);
});

it('mounts the coverage report into every service, but not in production', async () => {
  const { services } = await declaredStack(root);
  for (const file of ['docker-compose.dev.yml', 'docker-compose.watch.yml'])
    expect(read(file).match(/^ *- \.\/coverage:\/coverage:ro,z$/gm)).toHaveLength(services.length);
  const production = read('docker-compose.prod.yml');
  expect(production).not.toContain('./coverage');
  expect(production).toContain("COVERAGE_SUMMARY: ''");
});

it('mounts and syncs the sources of every service in the same way', async () => {
  for (const { name } of (await declaredStack(root)).services) {
    expect(development).toContain(`- ./apps/${name}:/work/apps/${name}:ro,z`);
    expect(development).toContain(`path: ./apps/${name}, target: /work/apps/${name},`);
  }
});
