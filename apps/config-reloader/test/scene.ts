import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '@evenkeel/local-stores';
import { onTestFinished } from 'vitest';

const program = join(import.meta.dirname, '../src/main.ts');
export const followedService = join(import.meta.dirname, 'followed-service.ts');

/** What a line of the reloader's log may have. */
export interface LogLine {
  level: string;
  time: string;
  msg: string;
  service?: string;
  config?: string;
  reason?: string;
  restart_required?: string[];
}

export interface Started {
  child: ChildProcess;
  exited: Promise<number | null>;
  /** What it has printed on both streams. */
  output(): string;
}

/** Starts Node with these arguments; it is killed when the test ends. */
export function startNode(args: readonly string[], env: Record<string, string> = {}): Started {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (text += part.toString()));
  const exited = once(child, 'close').then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  return { child, exited, output: () => text };
}

/** The reloader as a process of its own. */
export async function startReloader(args: readonly string[], main = program, nodeOptions: readonly string[] = []) {
  const port = await findFreePort();
  const started = startNode([...nodeOptions, main, '--port', String(port), ...args]);
  const get = async (path: string) => (await fetch(`http://127.0.0.1:${String(port)}${path}`)).text();
  const lines = (msg: RegExp): LogLine[] =>
    started
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as LogLine)
      .filter((line) => msg.test(line.msg));
  return { ...started, get, lines };
}

/** A service that is to be followed, with a configuration folder that it reads one file of. */
export async function createScene() {
  const folder = mkdtempSync(join(tmpdir(), 'reloader-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [config, pidFile] = [join(folder, 'config'), join(folder, 'service.pid')];
  const file = join(config, 'settings');
  const port = String(await findFreePort());
  const healthz = `http://127.0.0.1:${port}/healthz`;
  mkdirSync(config);
  writeFileSync(file, 'one\n');
  return {
    folder,
    config,
    file,
    port,
    pidFile,
    healthz,
    /** @param waitFor a file without which the service handles no signal and answers nothing. */
    startService(waitFor: string[] = []) {
      const service = startNode([followedService, file, port, ...waitFor]);
      writeFileSync(pidFile, `${String(service.child.pid)}\n`);
      return service;
    },
    startReloader: (watch = config, main = program) =>
      startReloader(['--service', 'demo', '--watch', watch, '--pid-file', pidFile, '--healthz', healthz], main),
    /** The configuration in force; undefined while the service does not respond. */
    inForce: () =>
      fetch(healthz)
        .then((response) => response.json() as Promise<{ config: { version: string } }>)
        .then(
          ({ config: { version } }) => version,
          () => undefined,
        ),
    /** How many signals the service has received. */
    signals: async () => Number(await (await fetch(`http://127.0.0.1:${port}/signals`)).text()),
  };
}
