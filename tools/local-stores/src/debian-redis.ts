import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readableEnvironment, storeEnvironment } from './child-environment.ts';
import { tryRedisServer, type RedisProgram, type RedisSearch } from './redis-version.ts';

/** A package that holds a server, and the package that the server's program may be in. */
const PACKAGES = [
  ['redis-server', 'redis-tools'],
  ['valkey-server', 'valkey-tools'],
] as const;

const run = promisify(execFile);

/** The package is not here and can be fetched. */
export interface Fetchable {
  kind: 'fetchable';
  description: string;
}

const rootOf = ({ toolsDir }: RedisSearch) => join(toolsDir, 'redis');

/** What `fetchDebianRedis` has unpacked, or that it can try to. Fetches nothing. A string says why not. */
export async function lookForDebianRedis(search: RedisSearch): Promise<RedisProgram | Fetchable | string> {
  const present = await findServer(rootOf(search), search.env);
  if (typeof present === 'object') return present;
  try {
    await access('/etc/debian_version');
    await run('apt-get', ['--version'], { env: search.env });
  } catch {
    return 'no apt-get to fetch a package with';
  }
  return { kind: 'fetchable', description: "the distribution's Redis package" };
}

/**
 * The server of Debian's or Ubuntu's own package, unpacked into a folder of ours with those of its libraries that the
 * system lacks. Needs no root and installs nothing; apt checks the signatures as ever. A string says why not.
 */
export async function fetchDebianRedis(search: RedisSearch): Promise<RedisProgram | string> {
  const found = await lookForDebianRedis(search);
  if (typeof found === 'string' || found.kind !== 'fetchable') return found;
  search.onProgress?.(`Fetching ${found.description} (once; nothing is installed on the system)`);
  await mkdir(search.toolsDir, { recursive: true });
  let refusal = '';
  for (const ownLists of [false, true]) {
    // A folder for each: two stacks of one clone may fetch at the same time.
    const work = await mkdtemp(join(search.toolsDir, 'apt-'));
    try {
      return await moveInto(rootOf(search), await fetchInto(work, ownLists, search), search.env);
    } catch (error) {
      search.signal?.throwIfAborted();
      refusal = (error as { stderr?: string; message: string }).stderr?.trim().split('\n').at(-1) ?? String(error);
    } finally {
      // An apt-get that was told to end may still write.
      await rm(work, { recursive: true, force: true, maxRetries: 5 });
    }
  }
  return `the distribution's package could not be fetched (${refusal})`;
}

/** A server that is there stays, if it runs: another has just put it there, and may be starting it. */
async function moveInto(root: string, fetched: string, env: NodeJS.ProcessEnv): Promise<RedisProgram | string> {
  try {
    await rename(fetched, root);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
    const present = await findServer(root, env);
    if (typeof present === 'object') return present;
    await rm(root, { recursive: true });
    await rename(fetched, root);
  }
  return findServer(root, env);
}

async function findServer(root: string, env: NodeJS.ProcessEnv): Promise<RedisProgram | string> {
  const own = withLibraries(root, env);
  let answer: RedisProgram | string = 'none unpacked';
  for (const [server] of PACKAGES) {
    answer = await tryRedisServer(join(root, 'usr/bin', server), own);
    if (typeof answer === 'object') return { ...answer, description: `${answer.description} unpacked in ${root}` };
  }
  return answer;
}

/** `ownLists`: the system's package lists are empty or out of date, so fetch our own; root is not needed for that. */
async function fetchInto(work: string, ownLists: boolean, search: RedisSearch): Promise<string> {
  const [root, lists] = [join(work, 'root'), join(work, 'lists')];
  await mkdir(join(lists, 'partial'), { recursive: true });
  // An image of Docker has apt keep no cache; here the second program uses that of the first.
  const own = [
    `Dir::Cache=${work}`,
    'Dir::Cache::pkgcache=pkgcache.bin',
    ...(ownLists ? [`Dir::State::Lists=${lists}`] : []),
  ];
  const settings = ['APT::Sandbox::User=root', 'Debug::NoLocking=1', ...own].flatMap((setting) => ['-o', setting]);
  const options = { env: readableEnvironment(search.env), signal: search.signal, cwd: work };
  if (ownLists) await run('apt-get', ['-q', ...settings, 'update'], options);
  // Not by `install --download-only`, which refuses on a system with an unmet dependency, whatever that is of.
  const download = async (names: readonly string[]) => {
    const needed = await run('apt-cache', [...settings, 'depends', '--important', ...names], options);
    const present = await run('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n'], options);
    const libraries = [...needed.stdout.matchAll(/Depends: (lib\S+|lua\S+)$/gm)].map(([, name = '']) => name);
    const missing = libraries.filter((name) => !present.stdout.split('\n').includes(`${name} installed`));
    await run('apt-get', ['-q', ...settings, 'download', ...names, ...missing], options);
  };
  const [redis, valkey] = PACKAGES;
  await download(redis).catch(() => download(valkey));
  for (const file of await readdir(work))
    if (file.endsWith('.deb')) await run('dpkg', ['-x', join(work, file), root], options);
  return root;
}

/**
 * What the server in `root` is started with. Debian keeps libraries in a folder named after the architecture, such as
 * `usr/lib/x86_64-linux-gnu`.
 */
function withLibraries(root: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const folders = globSync('{usr/lib,lib}/*-linux-*', { cwd: root });
  const path = folders.map((folder) => join(root, folder)).join(':');
  return storeEnvironment(env, path === '' ? undefined : path);
}
