import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identify } from '@evenkeel/local-stores';

/** The right to run the stack of one state folder. */
export interface UpLock {
  /** A keel that was killed held it before: look for what it left behind. */
  readonly wasStale: boolean;
  release(): Promise<void>;
}

const fileOf = (stateDir: string) => join(stateDir, 'up.lock');

/** Takes the lock, or tells the process id of the live keel that has it. */
export async function takeUpLock(stateDir: string): Promise<UpLock | { heldBy: number }> {
  const mine = `${await identify(process.pid)}`;
  for (let wasStale = false; ;) {
    try {
      await writeFile(fileOf(stateDir), mine, { flag: 'wx', mode: 0o600 });
      return { wasStale, release: () => rm(fileOf(stateDir), { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = await holderOf(stateDir);
    if (holder !== undefined) return { heldBy: holder };
    await rm(fileOf(stateDir), { force: true });
    wasStale = true;
  }
}

/** The process id of the live keel that runs the stack of this state folder. */
export async function holderOf(stateDir: string): Promise<number | undefined> {
  const content = await readFile(fileOf(stateDir), 'utf8').catch(() => '');
  const pid = Number.parseInt(content, 10);
  return pid > 0 && (await identify(pid)) === content ? pid : undefined;
}
