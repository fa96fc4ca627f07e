import { setTimeout as sleep } from 'node:timers/promises';
import { docker, inspect, type Inspected } from '../engine/docker.ts';
import type { Output, RunOptions } from '../engine/run.ts';

export interface ProjectOptions {
  /** The clone: its Compose files are used. */
  folder: string;
  /** Of containers, networks and volumes. */
  name: string;
  files: readonly string[];
  /** Variables that `.env` would set. */
  variables: Readonly<Record<string, string>>;
}

/** A stack under a project name of its own. */
export interface Project {
  readonly name: string;
  /** Runs `docker compose` for this project. */
  compose(args: readonly string[], options?: RunOptions): Promise<Output>;
  /** The environment and arguments of such a command, to run it in another way. */
  command(args: readonly string[]): { args: string[]; env: NodeJS.ProcessEnv };
  container(service: string): Promise<Inspected>;
  /** The text of a file in a container; its command must be there (`cat`, or Node in images without a shell). */
  read(service: string, path: string): Promise<string>;
  /** Resolves with the milliseconds that it took until `service` runs and is healthy; rejects after the limit. */
  healthy(service: string, limitMs: number): Promise<number>;
  /** Removes everything of the project, including images and volumes. */
  remove(): Promise<void>;
}

export function openProject({ folder, name, files, variables }: ProjectOptions): Project {
  const env: NodeJS.ProcessEnv = {
    // eslint-disable-next-line no-restricted-properties -- Docker reads its own variables
    ...process.env,
    COMPOSE_ANSI: 'never',
    // With containerd's image store, a record of the build gives an unchanged image another identity every time.
    BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
    ...variables,
  };
  const command = (args: readonly string[]) => ({
    args: ['compose', '--project-name', name, ...files.flatMap((file) => ['--file', file]), ...args],
    env,
  });
  const compose = async (args: readonly string[], options: RunOptions = {}): Promise<Output> => {
    const once = () => docker(command(args).args, { cwd: folder, env, ...options });
    try {
      return await once();
    } catch (error) {
      // A reloader ends with its service, and the engine refuses to stop what has just ended. A user would run it again, too.
      if (!/cannot stop container: .* is not running/.test(String(error))) throw error;
      return once();
    }
  };
  const container = (service: string) => inspect(`${name}-${service}-1`);

  return {
    name,
    compose,
    command,
    container,
    async read(service, path) {
      const print = `process.stdout.write(require('fs').readFileSync('${path}', 'utf8'))`;
      const node = files.some((file) => file.includes('prod')) ? '/nodejs/bin/node' : 'node';
      return (await compose(['exec', '-T', service, node, '-e', print])).stdout;
    },
    async healthy(service, limitMs) {
      const begun = performance.now();
      for (;;) {
        const { State } = await container(service);
        if (State.Running && State.Health?.Status === 'healthy') return performance.now() - begun;
        if (performance.now() - begun > limitMs) throw new Error(`${service} is not healthy after ${limitMs} ms`);
        await sleep(100);
      }
    },
    async remove() {
      await compose(['down', '--volumes', '--remove-orphans', '--rmi', 'local', '--timeout', '5']);
    },
  };
}
