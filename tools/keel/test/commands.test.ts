import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { runKeel } from '../src/cli.ts';
import { entry, keel, onRedis, ROOT, services } from './keel-process.ts';

const env = { ...process.env, NO_COLOR: '1' };

it.each([
  [['nope'], 2, /unknown command 'nope'/],
  [['graph', '--format', 'picture'], 2, /Allowed choices are text, mermaid, json/],
  [['restart'], 2, /Name the services to restart/],
  [['restart', entry.slice(0, -1), '--dry-run'], 1, new RegExp(`did you mean "${entry}"`)],
  [['restart', '--affected-by', 'nowhere/x.ts', '--dry-run'], 1, /cannot tell what .* affects/],
  [['acceptance', '--nope'], 2, /Unknown option '--nope'/],
  [['test', 'no-such-file'], 1, /No test file has "no-such-file" in its path/],
  [['contracts', '--against', 'no-such-commit'], 2, /No such commit: "no-such-commit"[^]*git fetch --tags/],
  [['contracts', '--against', 'HEAD', '--write'], 2, /'--write' cannot be used with option '--against/],
  [['soak', 'no-such-file'], 1, /No test file has "no-such-file" in its path/],
  [['--help'], 0, /up .*start the local stack/],
])('%j ends with exit code %i', async (args, code, output) => {
  expect(await keel(args, env)).toEqual({ code, output: expect.stringMatching(output) });
});

it('refuses an offset that leads to a port which no browser opens, and names the next', async () => {
  const port = services.find(({ name }) => name === entry)?.port ?? 0;
  const offset = 10_080 - port;
  const { code, output } = await keel(['up'], { ...env, PORT_OFFSET: String(offset) });
  expect(code).toBe(2);
  expect(output).toContain(`${port} of ${entry} to 10080, which browsers refuse to open`);
  expect(output).toContain(`Try PORT_OFFSET=${offset + 100}.`);
});

it('tells that tests failed that could not begin', async () => {
  const oneStore = { ...env, TEST_POSTGRES_URL: 'postgres://127.0.0.1:1/none', TEST_REDIS_URL: undefined };
  const { code, output } = await keel(['test', 'libs/redis/test/'], oneStore);
  expect(output).toContain('TEST_POSTGRES_URL and TEST_REDIS_URL belong together');
  expect(output).toMatch(/\n0 passed, 1 failed, 0 skipped\n$/);
  expect(code).toBe(1);
});

it('prints the plan of a dry run, with its reasons', async () => {
  const path = join(ROOT, 'libs/tokens/src/verifier.ts');
  const { code, output } = await keel(['restart', '--affected-by', path, '--dry-run'], env);
  expect(code).toBe(0);
  expect(output).toMatch(new RegExp(`is in @evenkeel/tokens\\.\\nwave 1[^]*wave 2 .*\\n +${entry} +\\(.*after`));
});

it('prints the graph in each format', async () => {
  const outputs = await Promise.all(
    ['text', 'mermaid', 'json'].map((format) => keel(['graph', '--format', format], env)),
  );
  expect(outputs[0]?.output).toContain(`├─ depends on ${onRedis}`);
  expect(outputs[1]?.output).toMatch(/^flowchart TD/);
  expect(JSON.parse(outputs[2]?.output ?? '')).toHaveProperty('waves');
});

it('tells all mistakes of services.yaml at once', async () => {
  const root = await mkdtemp(join(tmpdir(), 'keel-root-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const ports = (n: number) => `port: ${n}, admin_port: ${n + 1}, debug_port: ${n + 2}`;
  await writeFile(
    join(root, 'services.yaml'),
    `services:\n  a: { ${ports(1)}, depends_on: [b] }\n  b: { ${ports(3)}, depends_on: [a], prot: 1 }\n`,
  );
  let told = '';
  const stream = (write: (text: string) => void) =>
    ({ isTTY: false, on: () => {}, setMaxListeners: () => {}, write }) as unknown as NodeJS.WriteStream;
  const output = stream((text) => (told += text));
  const code = await runKeel({ root, args: ['up'], env: {}, cwd: root, stdout: output, stderr: output });
  expect(code).toBe(1);
  expect(told).toMatch(/services\.yaml:3: .*"prot"/);
  expect(told).toMatch(/services\.yaml:3: .*clashes/);
  expect(told).toMatch(/services\.yaml:\d: .*a → b → a|b → a → b/);
});
