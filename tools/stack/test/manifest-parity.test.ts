import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parityProblems } from '../src/parity/check-parity.ts';
import { formatProblem } from '../src/problem.ts';
import { declaredStack } from '../src/read/read-stack.ts';
import { entryServices } from '../src/stack.ts';

const root = resolve(import.meta.dirname, '../../..');
const stack = await declaredStack(root);
const [gateway] = stack.services.filter(({ name }) => name === entryServices(stack)[0]);
if (gateway === undefined) throw new Error('no gateway');

const read = (file: string): Promise<string> => readFile(resolve(root, file), 'utf8');
/** The line of the first match, and what parity says once that is replaced. */
async function changed(file: string, from: string, to: string) {
  const text = await read(file);
  expect(text).toContain(from);
  const line = text.slice(0, text.indexOf(from)).split('\n').length;
  return { line, problems: parityProblems(stack, file, text.replace(from, to)).map(formatProblem) };
}

describe.each(stack.services)('$name', ({ name, port, adminPort, debugPort }) => {
  const file = `infra/k8s/services/${name}/kustomization.yaml`;

  test.each(Object.entries({ PORT: port, ADMIN_PORT: adminPort, HOT_RESTART_DEBUG_PORT: debugPort }))(
    'has its %s',
    async (variable, value) => {
      const entry = `- ${variable}=${value}`;
      const other = await changed(file, entry, `- ${variable}=1`);
      const message = `${name} has ${variable}=1, services.yaml says ${value}`;
      expect(other.problems).toEqual([`${file}:${other.line}: ${message}`]);
      const { problems } = await changed(file, entry, '- OTHER=1');
      expect(problems).toEqual([expect.stringContaining(`${name} lacks its ${variable}=${value}`)]);
    },
  );

  test('has no secret and no address of others', async () => {
    const stray = '- STRAY_FILE=/run/secrets/stray\n      - OTHER_URL=http://postgres:1';
    const { problems } = await changed(file, `- PORT=${port}`, `- PORT=${port}\n      ${stray}`);
    expect(problems).toContainEqual(expect.stringContaining('has the secret STRAY_FILE'));
    expect(problems).toContainEqual(expect.stringContaining('asks postgres at port 1'));
  });

  test('names its ConfigMap after itself', async () => {
    const { line, problems } = await changed(file, `name: ${name}`, 'name: other');
    expect(problems).toEqual([`${file}:${line}: is other, services.yaml says ${name}`]);
  });
});

test.each(stack.sidecars)('$name has the image and the port that are declared', async (sidecar) => {
  const { name, image, metricsPort } = sidecar;
  const file = `infra/k8s/components/${name}/container.yaml`;
  for (const [from, to] of [
    [`name: ${name}`, 'name: other'],
    [`image: ${image}`, 'image: other'],
    [`containerPort: ${metricsPort}`, 'containerPort: 1'],
  ] as const) {
    const { line, problems } = await changed(file, from, to);
    expect(problems).toEqual([expect.stringMatching(`^${file}:${line}: is \\S+, services.yaml says`)]);
  }
});

test.each(stack.backing)('$name has the image and the port that are declared', async ({ name, image, port }) => {
  const folder = `infra/k8s/components/stores/${name}`;
  for (const [file, from, to] of [
    [`${folder}/stateful-set.yaml`, `image: ${image}`, 'image: other:1'],
    [`${folder}/stateful-set.yaml`, `containerPort: ${port}`, 'containerPort: 1'],
    [`${folder}/service.yaml`, `port: ${port}`, 'port: 1'],
  ] as const) {
    const { line, problems } = await changed(file, from, to);
    expect(problems).toEqual([expect.stringMatching(`^${file}:${line}: is \\S+, services.yaml says`)]);
  }
});

test.each([
  ['infra/kind/cluster.yaml', `hostPort: ${gateway.port}`, 'hostPort: 1'],
  ['infra/kind/cluster.yaml', 'listenAddress: 127.0.0.1', 'listenAddress: 0.0.0.0'],
  ['infra/kind/cluster.yaml', 'containerPort: 30080', 'containerPort: 30081'],
  ['infra/k8s/components/entrance/service.yaml', 'nodePort: 30080', 'nodePort: 30081'],
  ['infra/k8s/components/entrance/service.yaml', `port: ${gateway.port}`, 'port: 1'],
  ['infra/k8s/components/entrance/service.yaml', gateway.name, 'other'],
])('%s has %s', async (file, from, to) => {
  const { line, problems } = await changed(file, from, to);
  expect(problems).toEqual([expect.stringMatching(`^${file}:${line}: is \\S+, services.yaml says`)]);
});
