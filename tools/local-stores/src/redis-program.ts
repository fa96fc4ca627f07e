import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { readableEnvironment, storeEnvironment } from './child-environment.ts';
import { fetchDebianRedis, lookForDebianRedis, type Fetchable } from './debian-redis.ts';
import { StoreError } from './store-error.ts';
import { tryRedisServer, type RedisProgram, type RedisSearch } from './redis-version.ts';

const run = promisify(execFile);

/**
 * The first that works: `redis-server` or `valkey-server` on the PATH; the package of Debian or Ubuntu, fetched and
 * unpacked without installing it; Docker.
 *
 * @throws StoreError that names the one command for this system.
 */
export function findRedisProgram(search: RedisSearch): Promise<RedisProgram> {
  return firstOf<RedisProgram>(search, () => fetchDebianRedis(search));
}

/** What `findRedisProgram` would take, or would try to fetch first. Changes nothing. @throws StoreError as there */
export function lookForRedisProgram(search: RedisSearch): Promise<RedisProgram | Fetchable> {
  return firstOf<RedisProgram | Fetchable>(search, () => lookForDebianRedis(search));
}

async function firstOf<T extends object>(
  search: RedisSearch,
  inDebian: () => Promise<T | string>,
): Promise<T | RedisProgram> {
  const refusals: string[] = [];
  const places = ['redis-server', 'valkey-server'].map((name) => () => onPath(name, search));
  for (const lookIn of [...places, inDebian, () => inDocker(search)]) {
    const found = await lookIn();
    search.signal?.throwIfAborted();
    if (typeof found !== 'string') return found;
    refusals.push(found);
  }
  throw new StoreError('No Redis can be run here', refusals.join('; '), await installCommand());
}

async function onPath(name: string, { env }: RedisSearch): Promise<RedisProgram | string> {
  const answer = await tryRedisServer(name, storeEnvironment(env, env['LD_LIBRARY_PATH']));
  return typeof answer === 'object' ? { ...answer, description: `${answer.description} on the PATH` } : answer;
}

async function inDocker({ env: inherited, image, signal }: RedisSearch): Promise<RedisProgram | string> {
  const env = readableEnvironment(inherited);
  try {
    await run('docker', ['version', '--format', '{{.Server.Version}}'], { env, signal, timeout: 10_000 });
    return { kind: 'docker', description: `${image} in Docker`, command: image, env };
  } catch (error) {
    const { code } = error as { code?: unknown };
    return code === 'ENOENT' ? 'no docker on the PATH' : 'no Docker Engine is running';
  }
}

async function installCommand(): Promise<string> {
  if (process.platform === 'darwin') return 'brew install valkey';
  return installCommandFor(await readFile('/etc/os-release', 'utf8').catch(() => ''));
}

/** The command that installs a Redis or Valkey on the Linux that this /etc/os-release (os-release(5)) describes. */
export function installCommandFor(osRelease: string): string {
  const ids = [...osRelease.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm)].flatMap(([, value]) => value?.split(' ') ?? []);
  const commands: Record<string, string> = {
    debian: 'sudo apt-get install redis-server',
    fedora: 'sudo dnf install valkey',
    rhel: 'sudo dnf install valkey',
    suse: 'sudo zypper install valkey',
    arch: 'sudo pacman -S valkey',
  };
  const id = ids.find((candidate) => candidate in commands) ?? '';
  return commands[id] ?? 'install redis-server or valkey-server with your package manager';
}
