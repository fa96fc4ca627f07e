import type { Service, Stack } from '@evenkeel/stack';

/** Where the sources of a service are in a container: Compose's, a pod's. */
const containerRoot = '/work';

/**
 * `.vscode/launch.json`: attaches to each service in each way of running, and to all of them at once.
 *
 * @param stack with its ports as local mode has them, moved by PORT_OFFSET
 * @param publishedPort where a container's inspector is found
 */
export function launchConfigurations(
  stack: Stack,
  publishedPort: (service: Service) => number = ({ debugPort }) => debugPort,
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
      ...stack.services.map((service) => attach(service.name, publishedPort(service), 'container', inContainer)),
      {
        name: 'this test file',
        type: 'node',
        request: 'launch',
        runtimeExecutable: '${workspaceFolder}/node_modules/.bin/node',
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
