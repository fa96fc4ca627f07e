import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Workspace } from '../workspace.ts';
import { bad, good, poor, type Check, type Finding } from './finding.ts';

const run = promisify(execFile);

/** Node, npm and the registry. */
export function runtimeChecks({ root, env }: Workspace): Check[] {
  return [
    { name: 'Node of this clone', examine: () => pinnedNode(root) },
    { name: 'npm', examine: () => npm(env) },
    { name: 'npm registry', examine: () => registry(root, env) },
  ];
}

async function pinnedNode(root: string): Promise<Finding> {
  const wanted = (await readFile(join(root, '.node-version'), 'utf8')).trim();
  const { node } = process.versions;
  if (node === wanted) return good(`${node}, the pinned one`);
  // The launcher prefers the pinned one and has said why it could not take it.
  const detail = `${node} of the system, not the pinned ${wanted}`;
  const fix = `npm ci --ignore-scripts; if it does not run here, install Node ${wanted} (on Debian perhaps libatomic1)`;
  return Number.parseInt(node, 10) >= 24 ? poor(detail, fix) : bad(detail, fix);
}

async function npm(env: NodeJS.ProcessEnv): Promise<Finding> {
  try {
    const version = (await run('npm', ['--version'], { env })).stdout.trim();
    return Number.parseInt(version, 10) >= 10 ? good(version) : poor(`${version} is old`, 'npm install -g npm@11');
  } catch {
    return bad('is not on the PATH', 'install Node 24 or later, which brings npm');
  }
}

async function registry(cwd: string, env: NodeJS.ProcessEnv): Promise<Finding> {
  try {
    await run('npm', ['ping', '--fetch-retries=0', '--fetch-timeout=8000'], { cwd, env, timeout: 15_000 });
    return good('answers');
  } catch {
    const fix = 'check the network and its proxy (npm config get proxy); what is installed already works without';
    return poor('does not answer: dependencies cannot be installed', fix);
  }
}
