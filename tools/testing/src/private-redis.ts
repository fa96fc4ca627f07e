import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '@evenkeel/local-stores';

/** A Redis server of one test file's own, for what a shared one must not suffer. */
export interface PrivateRedis extends AsyncDisposable {
  /** Stays the same when the server is started again. */
  url: string;
  password: string;
  /** Stops the process as a debugger would: its connections stay open and nothing answers. */
  pause(): void;
  resume(): void;
  kill(): Promise<void>;
  /** Starts it again after `kill`, empty. */
  start(): Promise<void>;
  close(): Promise<void>;
}

const WORKSPACE = join(import.meta.dirname, '..', '..', '..');

/** @param env the environment of the test process, where a server program is looked for. */
export async function privateRedis(env: NodeJS.ProcessEnv): Promise<PrivateRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'evenkeel-redis-'));
  const password = randomBytes(16).toString('hex');
  const toolsDir = join(WORKSPACE, '.keel', 'tools');
  const launch = (port?: number) =>
    startRedis({ dir: join(folder, 'redis'), password, env, temporary: true, toolsDir, port });

  let server = await launch();
  const { url, port } = server;
  const close = async () => {
    // A paused process would not hear that it is asked to end.
    signal('SIGCONT');
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  function signal(name: NodeJS.Signals): void {
    try {
      process.kill(server.pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
  return {
    url,
    password,
    pause: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    async kill() {
      signal('SIGKILL');
      await server.exited;
    },
    async start() {
      server = await launch(port);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
