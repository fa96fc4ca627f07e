import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identify } from '@evenkeel/local-stores';
import { KeelError } from '../failure.ts';

/** The right to run the stack of one state folder, or one part of it. */
export interface Lock {
  /** A keel that was killed held it before: look for what it left behind. */
  readonly wasStale: boolean;
  release(): Promise<void>;
}

const fileOf = (stateDir: string, name: string) => join(stateDir, `${name}.lock`);

/** Takes the lock, or tells the process id of the live keel that has it. */
export async function takeLock(stateDir: string, name = 'up'): Promise<Lock | { heldBy: number }> {
  const file = fileOf(stateDir, name);
  const mine = `${await identify(process.pid)}`;
  for (let wasStale = false; ;) {
    try {
      await writeFile(file, mine, { flag: 'wx', mode: 0o600 });
      return { wasStale, release: () => rm(file, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = await holderOf(stateDir, name);
    if (holder !== undefined) return { heldBy: holder };
    await rm(file, { force: true });
    wasStale = true;
  }
}

/** The process id of the live keel that runs the stack of this state folder, or that part of it. */
export async function holderOf(stateDir: string, name = 'up'): Promise<number | undefined> {
  const content = await readFile(fileOf(stateDir, name), 'utf8').catch(() => '');
  const pid = Number.parseInt(content, 10);
  return pid > 0 && (await identify(pid)) === content ? pid : undefined;
}

/** Refuses to run what another keel runs already. */
export function runsAlready(pid: number): KeelError {
  return new KeelError('The stack of this clone is already running', {
    why: `process ${pid} runs it`,
    fix: './keel down stops it; another clone, or KEEL_STATE_DIR with PORT_OFFSET, runs a second one',
  });
}
