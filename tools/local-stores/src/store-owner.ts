import { readFile, rm, writeFile } from 'node:fs/promises';
import { identify } from './process-identity.ts';
import { StoreError } from './store-error.ts';

/**
 * Notes in `<dir>.owner` that this process keeps the store in `dir`, and refuses when another live process does.
 * A note of a process that is gone, or whose id belongs to another one by now, does not count.
 */
export async function ownStore(store: string, dir: string): Promise<void> {
  const note = `${dir}.owner`;
  const owner = (await readFile(note, 'utf8').catch(() => '')).trim();
  const pid = Number.parseInt(owner, 10);
  if (pid > 0 && pid !== process.pid && (await identify(pid)) === owner) {
    throw new StoreError(
      `${store} cannot start`,
      `process ${pid} runs it on ${dir} at this moment`,
      `end that one first: ./keel down (or kill ${pid})`,
    );
  }
  await writeFile(note, `${await identify(process.pid)}\n`);
}

/** Takes the note back: the store has ended, while this process may live on. */
export async function disownStore(dir: string): Promise<void> {
  await rm(`${dir}.owner`, { force: true });
}
