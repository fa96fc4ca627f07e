import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyClone } from '../clone/copy.ts';
import { openProject, type Project } from './project.ts';
import { freeSubnet } from '../engine/docker.ts';

export const root = join(import.meta.dirname, '..', '..', '..', '..');

/** A copy of this clone, with a Compose project of its own on free ports. */
export interface CopiedStack extends AsyncDisposable {
  readonly folder: string;
  readonly project: Project;
  readonly baseUrl: string;
  readonly debugPorts: Readonly<Record<string, number>>;
}

export async function copiedStack(
  purpose: string,
  files: readonly string[] = ['docker-compose.dev.yml'],
  variables: Readonly<Record<string, string>> = {},
): Promise<CopiedStack> {
  const folder = mkdtempSync(join(tmpdir(), `evenkeel-${purpose}-`));
  await copyClone(root, folder);
  widenRateLimits(join(folder, 'apps', 'api-gateway', 'routes.yaml'));
  const [gateway = 0, ...ports] = await freePorts(7);
  const [debug, admin] = [ports.slice(0, 3), ports.slice(3)];
  const project = openProject({
    folder,
    name: `evenkeel-${purpose}-${process.pid}`,
    files,
    variables: {
      SUBNET: await freeSubnet(),
      API_GATEWAY_PORT: String(gateway),
      API_GATEWAY_DEBUG_PORT: String(debug[0]),
      AUTH_SERVICE_DEBUG_PORT: String(debug[1]),
      USER_SERVICE_DEBUG_PORT: String(debug[2]),
      API_GATEWAY_ADMIN_PORT: String(admin[0]),
      AUTH_SERVICE_ADMIN_PORT: String(admin[1]),
      USER_SERVICE_ADMIN_PORT: String(admin[2]),
      // As with the limits of the gateway.
      REGISTER_ADDRESS_RATE: '100000/600',
      LOGIN_ADDRESS_RATE: '100000/60',
      REFRESH_ADDRESS_RATE: '100000/60',
      IMAGE_PREFIX: `evenkeel-${purpose}-${process.pid}/`,
      ...variables,
    },
  });
  return {
    folder,
    project,
    baseUrl: `http://127.0.0.1:${gateway}`,
    debugPorts: { 'api-gateway': debug[0] ?? 0, 'auth-service': debug[1] ?? 0, 'user-service': debug[2] ?? 0 },
    async [Symbol.asyncDispose]() {
      await project.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** One machine stands for many people here. */
function widenRateLimits(routes: string): void {
  writeFileSync(routes, readFileSync(routes, 'utf8').replaceAll(/\brequests: \d+/g, 'requests: 1000000'));
}

/** Ports of the loopback interface that nobody has at the moment. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
