import { execFile } from 'node:child_process';
import { access, constants, readFile, statfs } from 'node:fs/promises';
import { freemem, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { typed } from '@evenkeel/local-stores';
import type { Workspace } from '../workspace.ts';
import { bad, good, poor, type Check, type Finding } from './finding.ts';

const GIB = 1024 ** 3;
const run = promisify(execFile);

/** Node, npm and the registry, memory, disk, the clone's file system and the limits of file watching. */
export function machineChecks({ root, stateDir, env }: Workspace): Check[] {
  const text = (path: string) => readFile(path, 'utf8').catch(() => '');
  return [
    { name: 'Node of this clone', examine: () => pinnedNode(root) },
    { name: 'npm', examine: () => npm(env) },
    { name: 'npm registry', examine: () => registry(root, env) },
    { name: 'memory', examine: async () => judgeMemory(availableMemory(await text('/proc/meminfo'))) },
    {
      name: 'disk',
      examine: async () => {
        const { bavail, bsize } = await statfs(stateDir).catch(() => statfs(root));
        return judgeDisk(bavail * bsize, root);
      },
    },
    { name: 'locale', examine: () => locale(env) },
    { name: 'temporary files', examine: async () => judgeTemporary(tmpdir()) },
    { name: 'file system', examine: async () => judgeMount(root, await text('/proc/mounts')) },
    {
      name: 'file watching',
      examine: async () => {
        const [watches, instances] = await Promise.all(
          ['max_user_watches', 'max_user_instances'].map((name) => text(`/proc/sys/fs/inotify/${name}`)),
        );
        return judgeWatching(Number(watches) || undefined, Number(instances) || undefined);
      },
    },
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
    const fix = 'check the network and its proxy (npm config get proxy); installed packages keep working';
    return poor('does not respond: dependencies cannot be installed', fix);
  }
}

/** SSH, WSL and Dev Containers forward the locale of another machine. */
async function locale(env: NodeJS.ProcessEnv): Promise<Finding> {
  const name = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || 'C';
  const said = await run('locale', ['charmap'], { env }).catch(() => undefined);
  if (said === undefined || !/cannot set/i.test(said.stderr)) return good(name);
  return good(`${name} is not installed here; the stores run with C and do not need it`);
}

async function judgeTemporary(folder: string): Promise<Finding> {
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    return good(folder);
  } catch {
    return bad(`${folder} is not writable`, `mkdir -p ${folder}, or TMPDIR=<a folder of yours> ./keel up`);
  }
}

export function availableMemory(meminfo: string): number {
  const kibibytes = /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo)?.[1];
  // macOS counts what it would give up for us as used, so its figure says little.
  return kibibytes === undefined ? (platform() === 'darwin' ? Infinity : freemem()) : Number(kibibytes) * 1024;
}

export function judgeMemory(bytes: number): Finding {
  if (bytes === Infinity) return good('is not measured on this system');
  const detail = `${(bytes / GIB).toFixed(1)} GiB are available`;
  return bytes < GIB ? poor(detail, 'stop other programs; the stack takes about 0.8 GiB') : good(detail);
}

export function judgeDisk(bytes: number, root: string): Finding {
  const detail = `${(bytes / GIB).toFixed(1)} GiB are free`;
  if (bytes < GIB / 5) return bad(detail, `free some space: df -h ${typed(root)}`);
  return bytes < GIB ? poor(detail, `free some space: df -h ${typed(root)}`) : good(detail);
}

const SLOW = /^(9p|drvfs|nfs4?|cifs|smb3?|smbfs|vboxsf|prl_fs|fuse\..*|fuseblk|afs|sshfs)$/;

/** File systems that reach over a network or a virtual machine's border are slow, and tell no changes. */
export function judgeMount(path: string, mounts: string): Finding {
  const candidates = mounts
    .split('\n')
    .map((line) => line.split(' '))
    .map(([, point = '', type = '']) => ({ point: point.replaceAll('\\040', ' '), type }))
    .filter(({ point }) => point !== '' && (path === point || path.startsWith(point === '/' ? '/' : `${point}/`)));
  const mount = candidates.sort((a, b) => a.point.length - b.point.length).at(-1);
  if (mount === undefined) return good('looks local');
  if (!SLOW.test(mount.type)) return good(mount.type);
  const fix = `clone into a local folder (under WSL: below /home), or set HOT_RESTART_POLL_MS=500`;
  return poor(`${mount.type} at ${mount.point} is slow, and file changes may go unnoticed`, fix);
}

export function judgeWatching(watches: number | undefined, instances: number | undefined): Finding {
  if (watches === undefined || instances === undefined) return good('has no limit on this system');
  const detail = `${watches} watches, ${instances} instances`;
  const few = [
    ...(watches < 16_384 ? ['fs.inotify.max_user_watches=524288'] : []),
    ...(instances < 128 ? ['fs.inotify.max_user_instances=512'] : []),
  ];
  return few.length === 0 ? good(detail) : poor(`${detail} may not be enough`, `sudo sysctl ${few.join(' ')}`);
}
