import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis as Client } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findFreePort, findRedisProgram, isAlive, lookForRedisProgram, startRedis, StoreError } from '../src/index.ts';
import { pingRedis } from '../src/redis-ping.ts';
import { spawnRedis } from '../src/redis-process.ts';

const env = process.env;
const password = 'with a space and a "';
let folder: string;
let dir: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evenkeel-stores-'));
  dir = join(folder, 'redis');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

// Where Redis has to be fetched, once for all tests that do not look at how.
let toolsDir: string;
beforeAll(async () => (toolsDir = await mkdtemp(join(tmpdir(), 'evenkeel-tools-'))));
afterAll(() => rm(toolsDir, { recursive: true, force: true }));

const start = () => startRedis({ dir, password, env, toolsDir });

async function withClient<T>(port: number, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ port, host: '127.0.0.1', password });
  try {
    return await work(client);
  } finally {
    client.disconnect();
  }
}

describe('a Redis of our own', () => {
  it('keeps its data between starts', async () => {
    {
      await using redis = await start();
      await withClient(redis.port, (client) => client.set('kept', '42'));
    }
    await using redis = await start();
    expect(await withClient(redis.port, (client) => client.get('kept'))).toBe('42');
  });

  it('lets nobody in without the password, which stands in no command line', async () => {
    await using redis = await start();
    expect(await pingRedis(redis.port, 'wrong')).toBe(false);
    expect(await pingRedis(redis.port, password)).toBe(true);
    expect((await stat(join(dir, 'redis.conf'))).mode & 0o077).toBe(0);
    const refused = await new Promise<string>((resolve) => {
      const socket = connect(redis.port, '127.0.0.1', () => socket.write('PING\r\n'));
      socket.once('data', (data) => resolve(data.toString())).once('data', () => socket.destroy());
    });
    expect(refused).toMatch(/^-NOAUTH/);
  });

  it('removes all of a temporary one', async () => {
    const redis = await startRedis({ dir, password, env, toolsDir, temporary: true });
    await redis.stop();
    await expect(stat(dir)).rejects.toMatchObject({ code: 'ENOENT' });
    await redis.exited;
  });

  it('ends a server that was left behind', async () => {
    await mkdir(dir);
    const program = await findRedisProgram({ env, toolsDir, image: 'redis:8' });
    const options = { dir, password, logFile: join(folder, 'left.log') };
    const left = await spawnRedis(program, await findFreePort(), options);
    await (await start()).stop();
    expect(isAlive(left.pid as number)).toBe(false);
  });

  it('names damaged data with its fix', async () => {
    await (await start()).stop();
    await writeFile(join(dir, 'appendonlydir', 'appendonly.aof.manifest'), 'nonsense\n');
    const failure = await start().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StoreError);
    expect((failure as Error).message).toMatch(/seems damaged\n.*why: .+\n.*mv .*redis/);
  });
});

describe('a start that is not over', () => {
  // A server that never answers. It notes its process id when somebody asks it something: by then it has a guard.
  const mute = async () => {
    const path = join(folder, 'bin');
    const program = `
      const { readFileSync, writeFileSync, renameSync } = require('node:fs');
      const [, port] = /^port (.*)/m.exec(readFileSync(process.argv[2], 'utf8'));
      const note = () => (writeFileSync('${folder}/pid.new', String(process.pid)), renameSync('${folder}/pid.new', '${folder}/pid'));
      require('node:net').createServer(note).listen(Number(port), '127.0.0.1');`;
    await mkdir(path);
    await writeFile(join(path, 'mute.cjs'), program);
    const script = `[ "$1" != --version ] || exec echo "Redis server v=7.2.0"\nexec "${process.execPath}" ${path}/mute.cjs "$1"`;
    await writeFile(join(path, 'redis-server'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return { ...env, PATH: `${path}:${env['PATH']}` };
  };
  const untilItRuns = async () => {
    await expect.poll(() => existsSync(join(folder, 'pid'))).toBe(true);
    return Number(await readFile(join(folder, 'pid'), 'utf8'));
  };

  it('is given up when it is told to, and its server ended', async () => {
    const starting = new AbortController();
    const started = startRedis({ dir, password, env: await mute(), signal: starting.signal });
    const pid = await untilItRuns();
    starting.abort(new Error('no more'));
    await expect(started).rejects.toThrow(/^no more$/);
    expect(isAlive(pid)).toBe(false);
  });

  it('ends with its keeper', async () => {
    const program = `import { startRedis } from ${JSON.stringify(join(import.meta.dirname, '../src/index.ts'))};
      await startRedis({ dir: ${JSON.stringify(dir)}, password: 'secret', env: process.env });`;
    const keeper = spawn(process.execPath, ['--input-type=module', '--eval', program], { env: await mute() });
    const pid = await untilItRuns();
    keeper.kill('SIGKILL');
    await expect.poll(() => isAlive(pid)).toBe(false);
  });
});

describe('looking for a server', () => {
  // A PATH on which the only programs are those that a test puts there.
  const search = (programs: string) => ({ env: { PATH: programs }, toolsDir: join(folder, 'tools'), image: 'redis:8' });
  const install = async (name: string, script: string) => {
    await mkdir(join(folder, 'bin'), { recursive: true });
    await writeFile(join(folder, 'bin', name), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, 'bin', name), 0o755);
  };

  it('prefers redis-server, then valkey-server, and passes over one that is too old or broken', async () => {
    await install('valkey-server', 'echo "Server v=8.1.0 sha=0"');
    const found = () => findRedisProgram(search(join(folder, 'bin')));
    expect((await found()).description).toBe('valkey-server 8.1.0 on the PATH');
    await install('redis-server', 'echo "Redis server v=6.0.16 sha=0"');
    expect((await found()).description).toBe('valkey-server 8.1.0 on the PATH');
    await install('redis-server', 'echo "Redis server v=7.10.0 sha=0"');
    expect((await found()).description).toBe('redis-server 7.10.0 on the PATH');
    await install('redis-server', 'echo "cannot open shared object" >&2; exit 127');
    expect((await found()).description).toBe('valkey-server 8.1.0 on the PATH');
  });

  it('takes Docker when there is no server and no apt', async () => {
    await install('docker', 'echo 28.0.0');
    expect(await findRedisProgram(search(join(folder, 'bin')))).toMatchObject({ kind: 'docker', command: 'redis:8' });
  });

  describe.runIf(existsSync('/etc/debian_version'))("with Debian's package", () => {
    const apt = async (download: string) => {
      await install('apt-cache', 'echo "  Depends: libhere"; echo "  Depends: libmissing"');
      await install('dpkg-query', 'echo "libhere installed"');
      await install(
        'apt-get',
        `echo "$*" >>${folder}/calls\ncase "$*" in --version) ;; *update) exit 1 ;; *)\n${download}\nesac`,
      );
    };
    const calls = async () => (await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n');
    const found = () => search(join(folder, 'bin'));

    it('looks without fetching anything', async () => {
      await apt('exit 1');
      expect(await lookForRedisProgram(found())).toMatchObject({ kind: 'fetchable' });
      expect(await calls()).toEqual(['--version']);
      expect(await readdir(folder)).not.toContain('tools');
    });

    it('gives up when it is told to, and leaves nothing behind', async () => {
      await apt(`: >${folder}/asks\nexec /bin/sleep 600`);
      const looking = new AbortController();
      const looked = findRedisProgram({ ...found(), signal: looking.signal });
      await expect.poll(() => existsSync(join(folder, 'asks'))).toBe(true);
      looking.abort(new Error('no more'));
      await expect(looked).rejects.toThrow(/^no more$/);
      expect(await readdir(join(folder, 'tools'))).toEqual([]);
    });

    it('lets two fetch at the same time', async () => {
      // Neither is told that it has its package before both have asked for theirs.
      await apt(`
        : >${folder}/asks-$$
        while set -- ${folder}/asks-* && [ $# -lt 2 ]; do /bin/sleep 0.05; done
        : >redis-server.deb`);
      await install('dpkg', `/bin/mkdir -p "$3/usr/bin" && /bin/cp ${folder}/packed "$3/usr/bin/redis-server"`);
      await writeFile(join(folder, 'packed'), '#!/bin/sh\necho "Redis server v=7.0.15 sha=0"\n', { mode: 0o755 });
      const both = await Promise.all([findRedisProgram(found()), findRedisProgram(found())]);
      const command = join(folder, 'tools', 'redis', 'usr/bin/redis-server');
      expect(both).toMatchObject([{ command }, { command }]);
      expect(await readdir(join(folder, 'tools'))).toEqual(['redis']);
      expect(await lookForRedisProgram(found())).toMatchObject({ kind: 'native', command });
      expect(await calls()).toContainEqual(expect.stringMatching(/ download redis-server redis-tools libmissing$/));
    });
  });

  it('names each refusal and one command when there is nothing', async () => {
    await install('docker', 'exit 1');
    await expect(findRedisProgram(search(join(folder, 'bin')))).rejects.toThrow(
      /No Redis can be run here\n.*no redis-server on the PATH; no valkey-server.*; no Docker Engine is running\n.*fix: .*install/,
    );
  });
});
