import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findFreePort } from '@evenkeel/local-stores';
import { readOrMake } from '@evenkeel/secrets';

/** The ports of the stores. */
export interface StorePorts {
  postgres: number;
  redis: number;
}

type Store = keyof StorePorts;

/** One for each store: those that are served one by one write it by themselves. */
const fileOf = (stateDir: string, store: Store) => join(stateDir, `${store}.port`);

/** The ports that the stores had last time, while they are free: a database client's settings stay right. */
export async function freeStorePorts(stateDir: string): Promise<StorePorts> {
  const free = async (store: Store) => {
    const last = Number(await readFile(fileOf(stateDir, store), 'utf8').catch(() => ''));
    return findFreePort(last > 0 ? last : undefined);
  };
  return { postgres: await free('postgres'), redis: await free('redis') };
}

/** The ports of stores that are served one by one: those of last time, else free ones, which all others then find. */
export async function settleStorePorts(stateDir: string): Promise<StorePorts> {
  const settle = async (store: Store) =>
    Number(await readOrMake(fileOf(stateDir, store), async () => String(await findFreePort())));
  return { postgres: await settle('postgres'), redis: await settle('redis') };
}

export async function noteStorePort(stateDir: string, store: Store, port: number): Promise<void> {
  await writeFile(fileOf(stateDir, store), `${port}\n`);
}
