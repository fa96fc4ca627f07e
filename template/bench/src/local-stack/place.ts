import { chmod, mkdtemp, readlink, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { declaredStack, withPortOffset, type Service } from '@evenkeel/stack';
import { takePortBlock, type PortBlock } from '@evenkeel/testing/port-block';
import { startStack, type StackRun } from './stack-run.ts';

/** A folder with a whole workspace in which stacks run, one after the other, with ports and state of their own. */
export interface Place extends AsyncDisposable {
  readonly folder: string;
  /** With the ports that they have here. */
  readonly services: readonly Service[];
  /** Starts the stack and waits until all is ready. A command that prints nothing for `timeoutMs` is stopped. */
  start(command: [string, ...string[]], env?: NodeJS.ProcessEnv, timeoutMs?: number): Promise<StackRun>;
}

/**
 * Makes a temporary folder, and a workspace in it by `fill`. When the place is disposed of, or on Ctrl-C, its
 * processes are stopped, and it is removed with everything that it created elsewhere.
 */
export async function openPlace(
  environment: NodeJS.ProcessEnv,
  fill: (folder: string) => Promise<unknown>,
): Promise<Place> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'bench-stack-')));
  const stateDir = join(folder, '.keel');
  const runs = new Set<StackRun>();
  const starting = new AbortController();
  let block: PortBlock | undefined;
  const dispose = async () => {
    starting.abort(new Error('the measurement was ended'));
    for (const run of runs) await run[Symbol.asyncDispose]();
    await block?.[Symbol.asyncDispose]();
    await removeOutsideData(join(stateDir, 'postgres'));
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    for (const signal of signals) process.off(signal, end);
  };
  const end = () => void dispose().finally(() => process.exit(1));
  for (const signal of signals) process.once(signal, end);
  try {
    // As root, PostgreSQL runs as another user, who must be able to enter the folder; else its data would go elsewhere.
    await chmod(folder, 0o755);
    await fill(folder);
    const stack = await declaredStack(folder);
    block = await takePortBlock(
      stack.services.flatMap(({ port, adminPort, debugPort }) => [port, adminPort, debugPort]),
    );
    const { offset } = block;
    const { services } = withPortOffset(stack, offset);
    return {
      ...{ folder, services, [Symbol.asyncDispose]: dispose },
      async start(command, env = {}, timeoutMs = 90_000) {
        const all = { ...environment, KEEL_STATE_DIR: stateDir, PORT_OFFSET: String(offset), NO_COLOR: '1', ...env };
        const run = await startStack(command, { folder, stateDir, env: all, timeoutMs, signal: starting.signal });
        runs.add(run);
        return run;
      },
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Where PostgreSQL's user cannot enter, the data folder is a link to another folder, which is removed with it. */
export async function removeOutsideData(dir: string): Promise<void> {
  const outside = dirname(await readlink(dir).catch(() => ''));
  if (/^evenkeel-[0-9a-f]{12}$/.test(basename(outside))) await rm(outside, { recursive: true, force: true });
}
