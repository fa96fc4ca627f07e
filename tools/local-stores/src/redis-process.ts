import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { explainRedisExit } from './redis-failure.ts';
import { pingRedis } from './redis-ping.ts';
import type { RedisProgram } from './redis-version.ts';
import { startServer, stopLeftover, type ServerProcess } from './server-process.ts';
import { logFileOf, type StoreOptions } from './store.ts';

/** Starts the server and waits until it answers with our password. */
export async function spawnRedis(program: RedisProgram, port: number, options: StoreOptions): Promise<ServerProcess> {
  const { dir, password, signal } = options;
  await writeFile(join(dir, 'redis.conf'), configuration(program, port, options), { mode: 0o600 });
  const [command, args] = commandLine(program, port, dir);
  return startServer({
    ...{ store: 'Redis', command, args, env: program.env, cwd: dir },
    ...{ logFile: logFileOf(options), stopBy: 'TERM', signal },
    isReady: () => pingRedis(port, password),
    explainExit: (output, ending) => explainRedisExit(output, ending, dir),
  });
}

/** The password stands in a file of ours: on a command line every user of the machine could read it. */
function configuration(program: RedisProgram, port: number, { dir, password, temporary }: StoreOptions): string {
  const inDocker = program.kind === 'docker';
  const lines = [
    `port ${inDocker ? 6379 : port}`,
    `bind ${inDocker ? '0.0.0.0' : '127.0.0.1'}`,
    `requirepass ${JSON.stringify(password)}`,
    `dir ${JSON.stringify(inDocker ? '/data' : dir)}`,
    `appendonly ${temporary ? 'no' : 'yes'}`,
    'save ""',
    ...(inDocker ? [] : [`pidfile ${JSON.stringify(join(dir, 'redis.pid'))}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function commandLine(program: RedisProgram, port: number, dir: string): [string, string[]] {
  if (program.kind === 'native') return [program.command, [join(dir, 'redis.conf')]];
  const user = `${process.getuid?.()}:${process.getgid?.()}`;
  const container = ['--name', containerName(dir), '--user', user, '-p', `127.0.0.1:${port}:6379`];
  const volume = ['-v', `${dir}:/data:Z`, '--entrypoint', 'redis-server'];
  return ['docker', ['run', '--rm', ...container, ...volume, program.command, '/data/redis.conf']];
}

function containerName(dir: string): string {
  return `evenkeel-redis-${createHash('sha256').update(dir).digest('hex').slice(0, 12)}`;
}

/** Stops a server that a killed keeper left behind on this data folder. */
export async function stopLeftoverRedis(program: RedisProgram, dir: string): Promise<void> {
  if (program.kind === 'native') {
    await stopLeftover('Redis', join(dir, 'redis.pid'), dir, [
      { signal: 'SIGTERM', waitMs: 5_000 },
      { signal: 'SIGKILL', waitMs: 2_000 },
    ]);
  } else {
    const { env } = program;
    await new Promise((resolve) => execFile('docker', ['rm', '--force', containerName(dir)], { env }, resolve));
  }
}
