import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const NODE_MODULES = join(import.meta.dirname, '../../../node_modules');

/** A small workspace: one service that uses one lib, both edited by tests. */
export interface Fixture extends AsyncDisposable {
  folder: string;
  /** The service's first module. */
  entry: string;
  /** Absolute path of a file in the workspace. */
  path(name: string): string;
  write(name: string, content: string): Promise<void>;
  /** Makes the service answer with this text. */
  say(text: string): Promise<void>;
}

export const TEXT_FILE = 'apps/greeter/src/text.ts';
export const LIB_FILE = 'libs/words/src/index.ts';

export function textModule(text: string): string {
  return `export const text: string = ${JSON.stringify(text)};\n`;
}

export function libModule(word: string): string {
  return `export const word: string = ${JSON.stringify(word)};\n`;
}

const SERVICE = `
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import pg from 'pg';
import { Redis } from 'ioredis';
import { word } from '@fixture/words';
import { text } from './text.ts';

if (pg === undefined || Redis === undefined) throw new Error('a module is missing');
const app = express();
let draining = false;
let reloads = 0;
let slow = 0;
process.on('SIGHUP', () => (reloads += 1));
app.use((_request, response, next) => {
  if (draining) response.setHeader('connection', 'close');
  next();
});
app.get('/', (_request, response) => void response.send(text));
app.get('/state', (_request, response) => void response.json({ pid: process.pid, word, reloads, slow, argv: process.argv.slice(1) }));
app.get('/slow', async (request, response) => {
  slow += 1;
  await sleep(Number(request.query.ms));
  slow -= 1;
  response.send(text);
});
app.get('/stream', (request, response) => {
  response.writeHead(200, { 'content-type': 'text/plain' });
  let left = Number(request.query.ticks);
  const timer = setInterval(() => {
    response.write(text + '\\n');
    if ((left -= 1) <= 0) response.end();
  }, 50);
  response.on('close', () => clearInterval(timer));
});
app.get('/crash', () => process.exit(3));
// As the services have it: a connection that is idle on a busy machine stays open.
const server = createServer({ keepAliveTimeout: 65_000 }, app);
process.on('SIGTERM', () => {
  // Impatience, as to many services.
  if (draining) process.exit(1);
  draining = true;
  server.close(() => process.exit(0));
});
server.listen(Number(process.env.PORT), '127.0.0.1', () => process.send?.('ready'));
`;

export async function createFixture(): Promise<Fixture> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'hot-restart-')));
  const path = (name: string) => join(folder, name);
  const write = async (name: string, content: string) => {
    await mkdir(dirname(path(name)), { recursive: true });
    await writeFile(path(name), content);
  };
  await write('package-lock.json', '{}');
  await write('package.json', '{ "private": true }');
  await write(
    'apps/greeter/package.json',
    manifest('@fixture/greeter', { '@fixture/words': '*', express: '*', local: '*' }),
  );
  await write('apps/greeter/src/main.ts', SERVICE);
  await write(TEXT_FILE, textModule('one'));
  await write('libs/words/package.json', manifest('@fixture/words', {}, './src/index.ts'));
  await write(LIB_FILE, libModule('hello'));
  await write('node_modules/local/package.json', manifest('local', {}, './index.js'));
  await write('node_modules/local/index.js', 'export const version = 1;\n');
  await write('node_modules/.package-lock.json', '{}');
  await mkdir(path('node_modules/@fixture'));
  await symlink('../../libs/words', path('node_modules/@fixture/words'));
  for (const name of ['express', 'pg', 'ioredis'])
    await symlink(join(NODE_MODULES, name), path(`node_modules/${name}`));
  return {
    folder,
    entry: path('apps/greeter/src/main.ts'),
    path,
    write,
    say: (text) => write(TEXT_FILE, textModule(text)),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}

function manifest(name: string, dependencies: Record<string, string>, main?: string): string {
  return JSON.stringify({ name, type: 'module', dependencies, ...(main === undefined ? {} : { exports: main }) });
}
