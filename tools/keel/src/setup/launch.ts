import { isAbsolute, relative } from 'node:path';
import type { Service, Stack } from '@evenkeel/stack';

/** Where the sources of a service are in a container: Compose's, a pod's. */
const containerRoot = '/work';

/**
 * `.vscode/launch.json`: attaches to each service in each way of running, and to all of them at once; and debugs the
 * test file that is open.
 *
 * @param stack with its ports as local mode has them, moved by PORT_OFFSET
 * @param options.published the services with the ports that Compose publishes; by default those of services.yaml
 * @param options.node the Node that runs a test file, as `editorNode` names it; by default the one on the PATH
 */
export function launchConfigurations(
  stack: Stack,
  { published = stack.services, node = 'node' }: { published?: readonly Service[]; node?: string } = {},
): { version: string; configurations: object[]; compounds: object[] } {
  const attach = (service: string, port: number, where: string, roots: object) => ({
    name: `${service} (${where})`,
    type: 'node',
    request: 'attach',
    address: '127.0.0.1',
    port,
    // The runner opens the same port again after each restart.
    restart: { delay: 250, maxAttempts: 600 },
    timeout: 30_000,
    skipFiles: ['<node_internals>/**', '**/node_modules/**'],
    ...roots,
  });
  const inContainer = { localRoot: '${workspaceFolder}', remoteRoot: containerRoot };
  const compound = (where: string) => ({
    name: `all services (${where})`,
    configurations: stack.services.map(({ name }) => `${name} (${where})`),
  });
  return {
    version: '0.2.0',
    configurations: [
      ...stack.services.map(({ name, debugPort }) => attach(name, debugPort, 'local', {})),
      ...published.map(({ name, debugPort }) => attach(name, debugPort, 'container', inContainer)),
      {
        name: 'this test file',
        type: 'node',
        request: 'launch',
        runtimeExecutable: node,
        program: '${workspaceFolder}/node_modules/vitest/vitest.mjs',
        args: ['run', '${relativeFile}', '--no-file-parallelism', '--test-timeout=0'],
        cwd: '${workspaceFolder}',
        console: 'integratedTerminal',
        skipFiles: ['<node_internals>/**', '**/node_modules/**'],
      },
    ],
    compounds: [compound('local'), compound('container')],
  };
}

/**
 * How an editor finds the Node at `path`: a pinned one lies in the clone, by its package's own path (npm 10 makes no link
 * in .bin for a program called node) and wherever the clone is moved to.
 */
export function editorNode(root: string, path: string): string {
  const inside = relative(root, path);
  return inside.startsWith('..') || isAbsolute(inside) ? path : `\${workspaceFolder}/${inside}`;
}
