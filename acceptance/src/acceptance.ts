import { afterwards, checks } from './checks.ts';
import { runGroups, type Result } from './runner/run.ts';
import { CheckFailed } from './check-failed.ts';
import { formatResult } from './runner/print.ts';
import { createWorld, type AdminAccount, type World } from './world.ts';

export interface AcceptanceOptions {
  baseUrl: URL;
  admin: AdminAccount | undefined;
  print: (lines: string) => void;
  /** When it aborts, the remaining checks are skipped, but not the clean-up. */
  signal: AbortSignal;
}

/** Checks the API of a running stack, and leaves it as it was. */
export async function accept(options: AcceptanceOptions): Promise<Result[]> {
  const world = createWorld(options.baseUrl, options.admin);
  let previous: Result | undefined;
  const report = (result: Result): void => {
    options.print(formatResult(result, previous));
    previous = result;
  };
  try {
    await reach(world);
    const request = await runGroups(checks, world, report, options.signal);
    return [...request, ...(await runGroups(afterwards, world, report))];
  } finally {
    world.api.close();
  }
}

/**
 * Throws CheckFailed at once when nothing responds, instead of once for each check. By `fetch`, as a page would:
 * browsers refuse to open some ports, which other clients do not mind.
 */
async function reach({ api }: World): Promise<void> {
  const path = '/.well-known/jwks.json';
  try {
    const response = await fetch(new URL(path, api.baseUrl), { signal: AbortSignal.timeout(15_000) });
    await response.arrayBuffer();
  } catch (error) {
    const { message, cause } = error as Error;
    const why = cause instanceof Error ? cause.message : message;
    const port = `no browser opens port ${api.baseUrl.port} (Fetch standard, "Port blocking")`;
    throw new CheckFailed(`GET ${path}`, 'a response', why === 'bad port' ? port : why);
  }
}
