import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** A Redis of its own that a test may pause, kill and start again on the same port. */
export interface RedisServer extends AsyncDisposable {
  readonly url: string;
  readonly process: ChildProcess;
  start(): Promise<void>;
  kill(): Promise<void>;
}

export async function redisServer(...options: string[]): Promise<RedisServer> {
  const port = await freePort();
  let child: ChildProcess | undefined;
  const server: RedisServer = {
    url: `redis://127.0.0.1:${String(port)}/0`,
    get process() {
      if (child === undefined) throw new Error('the server is not running');
      return child;
    },
    async start() {
      const memoryOnly = ['--save', '', '--appendonly', 'no', '--bind', '127.0.0.1'];
      child = spawn('redis-server', ['--port', String(port), ...memoryOnly, ...options], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      for await (const chunk of child.stdout ?? []) if (String(chunk).includes('Ready to accept')) break;
    },
    async kill() {
      if (child === undefined) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
      child = undefined;
    },
    [Symbol.asyncDispose]: () => server.kill(),
  };
  await server.start();
  return server;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
