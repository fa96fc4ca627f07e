import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The ports that the stores had last time: a database client's settings stay right while they are free. */
export interface StorePorts {
  postgres?: number | undefined;
  redis?: number | undefined;
}

const fileOf = (stateDir: string) => join(stateDir, 'store-ports.json');

export async function readStorePorts(stateDir: string): Promise<StorePorts> {
  try {
    return JSON.parse(await readFile(fileOf(stateDir), 'utf8')) as StorePorts;
  } catch {
    return {};
  }
}

export async function writeStorePorts(
  stateDir: string,
  stores: { postgres?: { port: number }; redis?: { port: number } },
): Promise<void> {
  const ports: StorePorts = { postgres: stores.postgres?.port, redis: stores.redis?.port };
  await writeFile(fileOf(stateDir), `${JSON.stringify(ports)}\n`);
}
