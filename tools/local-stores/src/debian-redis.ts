import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readableEnvironment, storeEnvironment } from './child-environment.ts';
import { tryRedisServer, type RedisProgram } from './redis-version.ts';

/** A package that holds a server, and the package that the server's program may be in. */
const PACKAGES = [
  ['redis-server', 'redis-tools'],
  ['valkey-server', 'valkey-tools'],
] as const;

const run = promisify(execFile);

/** Where a package is unpacked, and what runs apt. */
interface DebianSearch {
  env: NodeJS.ProcessEnv;
  toolsDir: string;
  signal?: AbortSignal | undefined;
}

/** The package is not here and can be fetched. */
export interface Fetchable {
  kind: 'fetchable';
  description: string;
}

const rootOf = ({ toolsDir }: DebianSearch) => join(toolsDir, 'redis');

/** What `fetchDebianRedis` has unpacked, or that it can try to. Fetches nothing. A string says why not. */
export async function lookForDebianRedis(search: DebianSearch): Promise<RedisProgram | Fetchable | string> {
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
export async function fetchDebianRedis(
  search: DebianSearch & { onProgress?: ((line: string) => void) | undefined },
): Promise<RedisProgram | string> {
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
  const own = await withLibraries(root, env);
  let answer: RedisProgram | string = 'none unpacked';
  for (const [server] of PACKAGES) {
    answer = await tryRedisServer(join(root, 'usr/bin', server), own);
    if (typeof answer === 'object') return { ...answer, description: `${answer.description} unpacked in ${root}` };
  }
  return answer;
}

/** `ownLists`: the system's package lists are empty or out of date, so fetch our own; root is not needed for that. */
async function fetchInto(work: string, ownLists: boolean, search: DebianSearch): Promise<string> {
  const { signal } = search;
  const env = readableEnvironment(search.env);
  const [debs, root] = [join(work, 'debs'), join(work, 'root')];
  await Promise.all([debs, root, join(work, 'lists/partial')].map((folder) => mkdir(folder, { recursive: true })));
  const options = ['-q', '-o', 'APT::Sandbox::User=root', '-o', 'Debug::NoLocking=1'];
  if (ownLists) {
    options.push('-o', `Dir::State::Lists=${join(work, 'lists')}`, '-o', `Dir::Cache=${work}`);
    await run('apt-get', [...options, 'update'], { env, signal });
  }
  const fetch = async (names: readonly string[]) => {
    await run('apt-get', [...options, 'download', ...names], { cwd: debs, env, signal });
    const files = await readdir(debs);
    for (const file of files) await run('dpkg', ['-x', join(debs, file), root], { env, signal });
    await Promise.all(files.map((file) => rm(join(debs, file))));
  };
  const depends = async (name: string) => {
    const { stdout } = await run('apt-cache', [...options, 'depends', '--important', name], { env, signal });
    return [...stdout.matchAll(/^ *\|?Depends: (lib[^\s<]+)/gm)].map(([, library]) => library as string);
  };

  const fetched = new Set<string>(await fetchServer(fetch));
  while (await lacksLibraries(root, env)) {
    const wanted = (await Promise.all([...fetched].map(depends))).flat();
    const missing = await notInstalled(
      wanted.filter((name) => !fetched.has(name)),
      env,
    );
    if (missing.length === 0) break; // the version check tells what it still lacks
    await fetch(missing);
    for (const name of missing) fetched.add(name);
  }
  return root;
}

async function fetchServer(fetch: (names: readonly string[]) => Promise<void>): Promise<readonly string[]> {
  let failure: unknown;
  for (const names of PACKAGES) {
    try {
      await fetch(names);
      return names;
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

async function lacksLibraries(root: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const own = await withLibraries(root, env);
  const programs = await readdir(join(root, 'usr/bin'));
  for (const [server] of PACKAGES) {
    if (!programs.includes(server)) continue;
    const { stdout } = await run('ldd', [join(root, 'usr/bin', server)], { env: own });
    return stdout.includes('not found');
  }
  return false;
}

async function notInstalled(names: readonly string[], env: NodeJS.ProcessEnv): Promise<string[]> {
  const checked = await Promise.all(
    [...new Set(names)].map(async (name) => {
      const answer = await run('dpkg-query', ['-W', '-f=${db:Status-Status} ', name], { env }).catch(() => undefined);
      return answer?.stdout.includes('installed ') ? undefined : name;
    }),
  );
  return checked.filter((name) => name !== undefined);
}

/**
 * What the server in `root` is started with. Debian keeps libraries in a folder named after the architecture, such as
 * `usr/lib/x86_64-linux-gnu`.
 */
async function withLibraries(root: string, env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const found = await Promise.all(
    ['usr/lib', 'lib'].map(async (folder) => {
      const names = await readdir(join(root, folder)).catch(() => []);
      return names.filter((name) => name.includes('-linux-')).map((name) => join(root, folder, name));
    }),
  );
  const path = found.flat().join(':');
  return storeEnvironment(env, path === '' ? undefined : path);
}
