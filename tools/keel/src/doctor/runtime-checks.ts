import { execFile } from 'node:child_process';
import { access, readFile } from 'node:fs/promises';
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
  const binary = join(root, 'node_modules', '.bin', 'node');
  try {
    await access(binary);
  } catch {
    return judgeHostNode(process.versions.node, wanted, `there is no package of Node ${wanted} for this platform`);
  }
  try {
    const { stdout } = await run(binary, ['--version']);
    const found = stdout.trim().slice(1);
    return found === wanted
      ? good(`${found}, the pinned one`)
      : bad(`${found}, not the pinned ${wanted}`, 'npm ci --ignore-scripts');
  } catch (error) {
    const why = ((error as { stderr?: string }).stderr ?? String(error)).trim().split('\n')[0] ?? '';
    const finding = judgeHostNode(process.versions.node, wanted, why);
    return why.includes('libatomic') ? { ...finding, fix: 'sudo apt-get install libatomic1' } : finding;
  }
}

function judgeHostNode(version: string, wanted: string, why: string): Finding {
  const detail = `${version} of the system, not the pinned ${wanted} (${why})`;
  const fix = `install Node ${wanted}`;
  return Number.parseInt(version, 10) >= 24 ? poor(detail, fix) : bad(detail, fix);
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
