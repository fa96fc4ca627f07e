import { afterwards, promises } from './promises.ts';
import type { Group } from './runner/check.ts';
import { runGroups, type Result } from './runner/run.ts';
import { formatResult } from './runner/print.ts';
import { createWorld, type AdminAccount, type World } from './world.ts';

export interface AcceptanceOptions {
  baseUrl: URL;
  admin: AdminAccount | undefined;
  /** Groups beside the API's own promises. */
  more: readonly Group[];
  print: (lines: string) => void;
  /** When it aborts, what was not asked yet is left out, but not the cleaning up. */
  signal: AbortSignal;
}

/** Asks a running stack for all that its API promises, and leaves it as it was. */
export async function accept(options: AcceptanceOptions): Promise<Result[]> {
  const world = createWorld(options.baseUrl, options.admin);
  let previous: Result | undefined;
  const report = (result: Result): void => {
    options.print(formatResult(result, previous));
    previous = result;
  };
  try {
    await reach(world);
    const asked = await runGroups([...promises, ...options.more], world, report, options.signal);
    return [...asked, ...(await runGroups(afterwards, world, report))];
  } finally {
    world.api.close();
  }
}

/** Throws BrokenPromise at once when nothing answers, instead of once for each promise. */
async function reach({ api }: World): Promise<void> {
  await api.get('/.well-known/jwks.json');
}
