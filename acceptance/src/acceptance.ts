import { afterwards, promises } from './promises.ts';
import { runGroups, type Result } from './runner/run.ts';
import { BrokenPromise } from './broken-promise.ts';
import { formatResult } from './runner/print.ts';
import { createWorld, type AdminAccount, type World } from './world.ts';

export interface AcceptanceOptions {
  baseUrl: URL;
  admin: AdminAccount | undefined;
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
    const asked = await runGroups(promises, world, report, options.signal);
    return [...asked, ...(await runGroups(afterwards, world, report))];
  } finally {
    world.api.close();
  }
}

/**
 * Throws BrokenPromise at once when nothing answers, instead of once for each promise. Asked by `fetch`, as a page would:
 * browsers refuse to open some ports, which other clients do not mind.
 */
async function reach({ api }: World): Promise<void> {
  const path = '/.well-known/jwks.json';
  try {
    const answer = await fetch(new URL(path, api.baseUrl), { signal: AbortSignal.timeout(15_000) });
    await answer.arrayBuffer();
  } catch (error) {
    const { message, cause } = error as Error;
    const why = cause instanceof Error ? cause.message : message;
    const port = `no browser opens port ${api.baseUrl.port} (Fetch standard, "Port blocking")`;
    throw new BrokenPromise(`GET ${path}`, 'an answer', why === 'bad port' ? port : why);
  }
}
