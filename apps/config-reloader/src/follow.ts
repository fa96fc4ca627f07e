import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Service } from './arguments.ts';
import { contentOf } from './content.ts';
import { frozenPaths } from './frozen-mount.ts';
import { watchPaths } from './path-watch.ts';
import { createReload, type ReloadParts } from './reload.ts';
import { readOrEmpty } from './service-process.ts';

/** How long the content must stay as it is: an editor or a copy may be in the middle of a file. */
const SETTLE_MS = 100;
/** Folders vanish and some mounts report no events: how often to look in any case, and to try again what failed. */
const POLL_MS = 1_000;

/**
 * Signals a service whenever the content of its configuration has changed and settled, and once at the start: it may
 * have changed while nobody looked. Never returns.
 */
export async function followConfiguration(service: Service, parts: Omit<ReloadParts, 'onProcess'>): Promise<never> {
  const { log, metrics } = parts;
  const paths = service.watch.map((path) => resolve(path));
  const warned = new Set<string>();
  const warnOnce = (message: string, fields?: object) => {
    if (!warned.has(message)) log('warn', message, { target: service.name, ...fields });
    warned.add(message);
  };
  const warnOfMounts = (process: number | 'self') => {
    const mountinfo = readOrEmpty(`/proc/${String(process)}/mountinfo`);
    // A path may lead into the files of another container, where mountinfo has it without that beginning.
    const frozen = paths.flatMap((path) => {
      const [, beginning = '', rest = path] = /^(\/proc\/\d+\/root)?(\/.*)$/.exec(path) ?? [];
      return [...frozenPaths(mountinfo, [rest], (point) => isFile(beginning + point))];
    });
    for (const [path, message] of frozen) warnOnce(`${path} ${message}`);
    metrics.set('frozen_paths', { service: service.name }, frozen.length);
  };
  const next = watchPaths(paths, (folder, reason) =>
    warnOnce(`${folder} cannot be watched: changes are looked for every second`, { reason }),
  );
  const reload = createReload(service, { ...parts, onProcess: warnOfMounts });
  warnOfMounts('self');
  for (let handled: string | undefined; ;) {
    await next(POLL_MS);
    let content = await contentOf(paths);
    for (let before; content !== handled && content !== before;) {
      before = content;
      await sleep(SETTLE_MS);
      content = await contentOf(paths);
    }
    if (content !== handled && (await reload())) handled = content;
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
