import { appendFile, cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Files that the measurement edits, and where each puts its text. */
export const textFile = 'apps/user-service/src/bench-text.ts';
export const libFile = 'libs/errors/src/bench-text.ts';

/**
 * Copies the workspace's apps, libs and tools into an empty folder, so that the measurement edits nobody's files.
 * Third-party modules are those of the workspace. The additions: user-service responds to `GET /bench` with the texts of
 * two of its modules, and each service does so on its admin port with the text of a lib.
 */
export async function copyWorkspace(root: string, folder: string): Promise<void> {
  const isSource = (path: string) => !/\/(dist|coverage|test|peers|\.vite|\.bin|node_modules)$/.test(path);
  for (const name of ['apps', 'libs', 'tools'])
    await cp(join(root, name), join(folder, name), { recursive: true, filter: isSource });
  for (const name of ['package.json', 'package-lock.json', 'services.yaml', 'tsconfig.base.json'])
    await cp(join(root, name), join(folder, name));
  await linkModules(root, folder);
  await addText(folder);
}

async function linkModules(root: string, folder: string): Promise<void> {
  await mkdir(join(folder, 'node_modules', '@evenkeel'), { recursive: true });
  for (const name of await readdir(join(root, 'node_modules'))) {
    if (name.startsWith('.') || name === '@evenkeel') continue;
    await symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  }
  for (const kind of ['apps', 'libs', 'tools'])
    for (const name of await readdir(join(folder, kind)))
      await symlink(join('../..', kind, name), join(folder, 'node_modules', '@evenkeel', name));
}

async function addText(folder: string): Promise<void> {
  await writeFile(join(folder, textFile), textModule(0));
  await writeFile(join(folder, libFile), textModule(0));
  const index = join(folder, 'libs/errors/src/index.ts');
  await writeFile(index, `${await readFile(index, 'utf8')}export { text as benchText } from './bench-text.ts';\n`);
  await change(join(folder, 'apps/user-service/src/app.ts'), 'export function createApp(', 'function createBareApp(');
  await appendFile(join(folder, 'apps/user-service/src/app.ts'), benchRoute);
  const admin = join(folder, 'libs/service/src/admin-app.ts');
  await change(admin, "  app.get('/livez'", `${adminRoute}  app.get('/livez'`);
  await appendFile(admin, "import { benchText } from '@evenkeel/errors';\n");
}

async function change(path: string, from: string, to: string): Promise<void> {
  const source = await readFile(path, 'utf8');
  if (!source.includes(from)) throw new Error(`${path} has no "${from}" to measure: adapt the measurement to it.`);
  await writeFile(path, source.replace(from, to));
}

const adminRoute = "  app.get('/bench', (_request, response) => void response.type('text').send(String(benchText)));\n";

const benchRoute = `
import { benchText } from '@evenkeel/errors';
import express from 'express';
import { text } from './bench-text.ts';

export function createApp(dependencies: Dependencies): { app: Express; openapi: () => OpenApiDocument } {
  const { app, openapi } = createBareApp(dependencies);
  const outer = express();
  outer.get('/bench', (_request, response) => void response.type('text').send(String(text + benchText)));
  return { app: outer.use(app), openapi };
}
`;

/** The sum of both texts is the version in the response: each edit increments one of them. */
export function textModule(version: number): string {
  return `export const text: number = ${version};\n`;
}
