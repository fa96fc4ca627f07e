import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const peersFolder = join(import.meta.dirname, '../peers');

/** Installs the peers from their own lockfile, unless they are installed. */
export async function installPeers(): Promise<void> {
  const installed = await modified(join(peersFolder, 'node_modules', '.package-lock.json'));
  if (installed >= (await modified(join(peersFolder, 'package-lock.json')))) return;
  await promisify(execFile)('npm', ['ci', '--ignore-scripts', '--workspaces=false', '--no-audit', '--no-fund'], {
    cwd: peersFolder,
  });
}

/** The version of an installed peer. */
export async function peerVersion(name: string): Promise<string> {
  const manifest = await readFile(join(peersFolder, 'node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

async function modified(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.mtimeMs ?? 0;
}
