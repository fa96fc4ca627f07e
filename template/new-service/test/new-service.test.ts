import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clonedFiles, installedClone } from '@evenkeel/clone';
import { startProgram, type KeelProcess } from '@evenkeel/keel/testing';
import { loadStack } from '@evenkeel/stack';
import { takePortBlock } from '@evenkeel/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { steps } from './steps.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const home = realpathSync(mkdtempSync(join(tmpdir(), 'evenkeel-new-service-')));
const folder = join(home, 'clone');
beforeAll(async () => {
  // As root PostgreSQL runs as another user, who must be able to pass.
  chmodSync(home, 0o755);
  await installedClone(root, folder);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

it('a service is added by the steps of CONTRIBUTING.md, touches no more than seven files of others, and serves', async () => {
  const own = { 'notes-service': 'apps/notes-service', manifests: 'infra/k8s/services/notes-service' };
  for (const [from, to] of Object.entries(own)) {
    cpSync(join(import.meta.dirname, '..', from), join(folder, to), { recursive: true });
  }
  for (const { file, edit } of steps) writeFileSync(join(folder, file), edit(readFileSync(join(folder, file), 'utf8')));
  const touched = await touchedFiles();
  expect(touched).toEqual(listedFiles());
  expect(touched.length).toBeLessThanOrEqual(7);

  expect(await keel('generate')).toContain('Wrote apps/notes-service/tsconfig.build.json.');
  expect(await keel('generate')).toContain('up to date');
  await keel('parity');

  await using stack = await startStack();
  const registered = await stack.ask('POST', '/auth/register', {
    email: 'ada@example.com',
    name: 'Ada',
    password: 'a long evening walk',
  });
  expect(registered).toMatchObject({ status: 201 });
  expect(await stack.ask('GET', '/notes')).toMatchObject({ status: 401 });
  const token = registered.body['access_token'] as string;
  const note = { text: 'remember the milk' };
  expect(await stack.ask('POST', '/notes', note, token)).toMatchObject({ status: 201, body: note });
  expect(await stack.ask('GET', '/notes', undefined, token)).toMatchObject({ status: 200, body: { items: [note] } });
});

/** Files outside of the new service that are not as in the clone that was copied. */
async function touchedFiles(): Promise<string[]> {
  const files = (await clonedFiles(root)).filter((file) => existsSync(join(root, file)));
  return files.filter((file) => !readFileSync(join(root, file)).equals(readFileSync(join(folder, file)))).sort();
}

function listedFiles(): string[] {
  const text = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
  const [section = ''] = /^## Adding a service by hand$[\s\S]*?(?=^## )/m.exec(text) ?? [];
  return [...section.matchAll(/^\| `([^`]+)`/gm)].map(([, file = '']) => file).sort();
}

function startKeel(args: string[], variables: NodeJS.ProcessEnv = {}): KeelProcess {
  const env = { ...process.env, NO_COLOR: '1', KEEL_STATE_DIR: join(home, 'state'), ...variables };
  return startProgram(process.execPath, [join(folder, 'tools/keel/src/main.ts'), ...args], { env });
}

async function keel(...args: string[]): Promise<string> {
  await using command = startKeel(args);
  expect([await command.ended, command.output()]).toEqual([0, expect.anything()]);
  return command.output();
}

interface Answer {
  status: number;
  body: Record<string, unknown>;
}

interface RunningStack extends AsyncDisposable {
  ask(method: string, path: string, body?: object, token?: string): Promise<Answer>;
}

async function startStack(): Promise<RunningStack> {
  const result = await loadStack(folder);
  if (!result.ok) throw new Error('services.yaml is not valid');
  const { services, checks } = result.stack;
  const ports = services.flatMap(({ port, adminPort, debugPort }) => [port, adminPort, debugPort]);
  const block = await takePortBlock([...ports, checks.port]);
  const up = startKeel(['up', '--plain'], { PORT_OFFSET: String(block.offset) });
  const gateway = services.find(({ name }) => name === 'api-gateway')?.port ?? 0;
  await up.untilPrinted(/All ready in/);
  return {
    async ask(method, path, body, token) {
      const response = await fetch(`http://127.0.0.1:${gateway + block.offset}${path}`, {
        method,
        headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
        ...(body && { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
    async [Symbol.asyncDispose]() {
      await up[Symbol.asyncDispose]();
      await block[Symbol.asyncDispose]();
    },
  };
}
