import { execFile } from 'node:child_process';
import { basename } from 'node:path';
import { promisify } from 'node:util';

/** A way to run a Redis or Valkey server. */
export interface RedisProgram {
  kind: 'native' | 'docker';
  /** For a person, such as `redis-server 7.0.15 on the PATH`. */
  description: string;
  /** The program, or the image for Docker. */
  command: string;
  /** What it is started with. */
  env: NodeJS.ProcessEnv;
}

/** What the search for a server may use. */
export interface RedisSearch {
  /** The environment of the searching process: PATH, proxies for apt, Docker's variables. */
  env: NodeJS.ProcessEnv;
  /** Where the distribution's package is unpacked. */
  toolsDir: string;
  /** The image for Docker. */
  image: string;
  /** Told in one line when something takes longer. */
  onProgress?: ((line: string) => void) | undefined;
  /** Gives the search up. */
  signal?: AbortSignal | undefined;
}

const OLDEST = '6.2';
const run = promisify(execFile);

/** Asks a server for its version. A string instead of a program says why it cannot be used. */
export async function tryRedisServer(command: string, env: NodeJS.ProcessEnv): Promise<RedisProgram | string> {
  const name = basename(command);
  try {
    const { stdout } = await run(command, ['--version'], { env, timeout: 5_000 });
    const version = /\bv=(\d+\.\d+(?:\.\d+)?)/.exec(stdout)?.[1];
    if (version === undefined) return `${name} did not tell its version`;
    if (version.localeCompare(OLDEST, 'en', { numeric: true }) < 0) {
      return `${name} is version ${version}, older than ${OLDEST}`;
    }
    return { kind: 'native', description: `${name} ${version}`, command, env };
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    return code === 'ENOENT' ? `no ${name} on the PATH` : `${name} does not run (${stderr?.trim() || String(code)})`;
  }
}
