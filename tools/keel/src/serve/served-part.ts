import { rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KeelError } from '../failure.ts';
import { readJson, writeJson } from '../state/json-file.ts';
import { holderOf, runsAlready, takeLock } from '../state/lock.ts';

/** How other commands reach a service that `keel serve` runs. */
export interface ServedPart {
  pid: number;
  /** Path of the control socket. */
  socket: string;
  url: string;
}

const lockOf = (name: string) => `serve-${name}`;
const noteOf = (stateDir: string, name: string) => join(stateDir, `serve-${name}.json`);

/** How long the previous process, which is stopping, may take. */
const PREDECESSOR_MS = 8_000;

/** Claims the right to serve a part of the stack. @throws KeelError when another process of this clone has it */
export async function claimPart(stateDir: string, name: string): Promise<void> {
  const up = await holderOf(stateDir);
  if (up !== undefined) throw runsAlready(up);
  const until = performance.now() + PREDECESSOR_MS;
  for (;;) {
    const lock = await takeLock(stateDir, lockOf(name));
    if (!('heldBy' in lock)) return;
    if (performance.now() > until) {
      const fix = `stop that process: kill ${lock.heldBy}`;
      throw new KeelError(`${name} is already running`, { why: `process ${lock.heldBy} serves it`, fix });
    }
    await sleep(50);
  }
}

/** Notes how to reach a part that is served; the note goes when this process exits. */
export async function notePart(stateDir: string, name: string, part: ServedPart): Promise<void> {
  await writeJson(noteOf(stateDir, name), part);
  process.on('exit', () => {
    for (const path of [noteOf(stateDir, name), dirname(part.socket)]) rmSync(path, { recursive: true, force: true });
  });
}

/** All parts that are served, by name. Of a store no more than its name is known. */
export async function servedParts(stateDir: string): Promise<({ name: string } & Partial<ServedPart>)[]> {
  const files = await readdir(stateDir).catch(() => []);
  const names = files.flatMap((file) => /^serve-(.+)\.lock$/.exec(file)?.[1] ?? []).sort();
  const parts = names.map(async (name) => {
    if ((await holderOf(stateDir, lockOf(name))) === undefined) return [];
    return [{ name, ...(await findPart(stateDir, name)) }];
  });
  return (await Promise.all(parts)).flat();
}

/** How to reach the service that is served under this name, if one is. */
export async function findPart(stateDir: string, name: string): Promise<ServedPart | undefined> {
  const part = await readJson<ServedPart>(noteOf(stateDir, name));
  return part !== undefined && (await holderOf(stateDir, lockOf(name))) === part.pid ? part : undefined;
}
