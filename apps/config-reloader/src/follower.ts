import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Service } from './arguments.ts';
import { contentOf } from './content.ts';
import { frozenPaths } from './frozen-mount.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { watchPaths } from './path-watch.ts';
import { createReload } from './reload.ts';

/** How long the content must stay as it is: an editor or a copy may be in the middle of a file. */
const SETTLE_MS = 100;
/** Folders vanish and some mounts report no events: how often to look in any case, and to try again what failed. */
const POLL_MS = 1_000;

/**
 * Signals a service whenever the content of its configuration has changed and settled, and once at the start: it may
 * have changed while nobody looked. Never returns.
 */
export async function createFollower(
  service: Service,
  { log, metrics }: { log: Log; metrics: Metrics },
): Promise<never> {
  const paths = service.watch.map((path) => resolve(path));
  const reload = createReload(service, {
    log,
    metrics,
    onProcess: (pid) => warnOfFrozen(`/proc/${String(pid)}/mountinfo`),
  });
  const watch = watchPaths(paths, (folder, reason) =>
    log('warn', `changes in ${folder} are only looked for every second`, { service: service.name, reason }),
  );
  const frozen = new Set<string>();

  function warnOfFrozen(mountinfo: string): void {
    for (const { path, message } of frozenPaths(readOrEmpty(mountinfo), paths, isFile)) {
      if (frozen.has(path)) continue;
      frozen.add(path);
      log('warn', `${path} ${message}`, { service: service.name });
    }
    metrics.frozen(service.name, frozen.size);
  }

  warnOfFrozen('/proc/self/mountinfo');
  let handled: string | undefined;
  for (;;) {
    await watch.next(POLL_MS);
    let content = await contentOf(paths);
    for (let before; content !== handled && content !== before;) {
      before = content;
      await new Promise((done) => setTimeout(done, SETTLE_MS));
      content = await contentOf(paths);
    }
    if (content !== handled && (await reload())) handled = content;
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** Only Linux has it, and only for processes that may be looked at. */
function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
