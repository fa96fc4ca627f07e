import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyClone } from '@evenkeel/clone';
import { declaredStack, publishedVariables } from '@evenkeel/stack';
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
  const routes = join(folder, 'apps', 'api-gateway', 'routes.yaml');
  writeFileSync(routes, withWideLimits(readFileSync(routes, 'utf8')));
  const published = publishedVariables(await declaredStack(folder));
  const free = await freePorts(published.length);
  const ports = published.map((each, index) => ({ ...each, port: free[index] ?? 0 }));
  const project = openProject({
    folder,
    name: `evenkeel-${purpose}-${process.pid}`,
    files,
    variables: {
      SUBNET: await freeSubnet(),
      ...Object.fromEntries(ports.map(({ variable, port }) => [variable, String(port)])),
      ...wideRates,
      IMAGE_PREFIX: `evenkeel-${purpose}-${process.pid}/`,
      ...variables,
    },
  });
  return {
    folder,
    project,
    baseUrl: `http://127.0.0.1:${ports.find(({ kind }) => kind === 'port')?.port}`,
    debugPorts: Object.fromEntries(
      ports.filter(({ kind }) => kind === 'debugPort').map(({ service, port }) => [service, port]),
    ),
    async [Symbol.asyncDispose]() {
      await project.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The routes of the gateway with limits for tests, where a single machine sends the requests of many users. */
export function withWideLimits(routes: string): string {
  return routes
    .replaceAll(/\brequests: \d+/g, 'requests: 1000000')
    .replaceAll(/\bmax_in_flight: \d+/g, 'max_in_flight: 1000');
}

/** Such limits of auth-service. */
export const wideRates = {
  REGISTER_ADDRESS_RATE: '100000/600',
  LOGIN_ADDRESS_RATE: '100000/60',
  REFRESH_ADDRESS_RATE: '100000/60',
};

/** Free ports of the loopback interface. */
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
