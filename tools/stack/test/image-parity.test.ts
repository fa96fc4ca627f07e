import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { imageProblems } from '../src/parity/image-defaults.ts';
import { formatProblem } from '../src/problem.ts';
import { declaredStack } from '../src/read/read-stack.ts';

const repository = resolve(import.meta.dirname, '../../..');
const files = ['infra/docker/Dockerfile', 'infra/docker/docker-bake.hcl', 'docker-compose.dev.yml', '.env.example'];
const stack = await declaredStack(repository);

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'image-parity-'));
  for (const file of files) await cp(join(repository, file), join(root, file));
});
afterEach(() => rm(root, { recursive: true }));

/** What is wrong when a part of a file is replaced. */
async function changed(file: string, from: RegExp, to: string): Promise<string[]> {
  const text = await readFile(join(root, file), 'utf8');
  expect(text).toMatch(from);
  await writeFile(join(root, file), text.replace(from, to));
  return (await imageProblems(root, stack)).map(formatProblem);
}

async function lineOf(file: string, part: string): Promise<number> {
  const lines = (await readFile(join(root, file), 'utf8')).split('\n');
  return lines.findIndex((line) => line.includes(part)) + 1;
}

test('each place that repeats an image is named when the Dockerfile has another', async () => {
  const found = await changed('infra/docker/Dockerfile', /node:26-trixie-slim/, 'node:28-trixie-slim');
  const rest = 'NODE_IMAGE is node:26-trixie-slim, infra/docker/Dockerfile has node:28-trixie-slim';
  const bake = await lineOf('infra/docker/docker-bake.hcl', 'variable "NODE_IMAGE"');
  const compose = await lineOf('docker-compose.dev.yml', ' NODE_IMAGE:');
  expect(found).toEqual([
    `infra/docker/docker-bake.hcl:${bake}: ${rest}`,
    `docker-compose.dev.yml:${compose}: ${rest}`,
    `.env.example:${await lineOf('.env.example', '# NODE_IMAGE')}: ${rest}`,
  ]);
});

test.each(files.slice(1))('%s has the image of the Dockerfile, and has one', async (file) => {
  expect(await changed(file, /nodejs26-debian13(?=:nonroot)/, 'nodejs24-debian12')).toEqual([
    expect.stringMatching(
      /:\d+: DISTROLESS_IMAGE is gcr\.io\/distroless\/nodejs24-debian12:nonroot, infra\/docker\/Do/,
    ),
  ]);
  expect(await changed(file, /(?<=^\W*(variable )?"?)DISTROLESS_IMAGE(?="?[:= ])/m, 'ANOTHER')).toEqual([
    expect.stringContaining(`${file}:1: there is no DISTROLESS_IMAGE; infra/docker/Dockerfile has gcr.io/`),
  ]);
});

test('.env.example has the images of the stores', async () => {
  expect(await changed('.env.example', /postgres:17/, 'postgres:16')).toEqual([
    expect.stringContaining('POSTGRES_IMAGE is postgres:16, services.yaml has postgres:17'),
  ]);
});
