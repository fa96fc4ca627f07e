import { statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { entriesIn, type WatchFolder } from './folder-watch.ts';

/** A service has thousands of third-party modules, which hardly ever change without a manifest that does. */
const THIRD_PARTY_FACTOR = 8;

/** Looks at the files of a watched folder now and then, too: network shares and some mounts report no changes. */
export function pollBeside(watch: WatchFolder, everyMs: number): WatchFolder {
  return (folder, onEvent, matters) => {
    const watcher = watch(folder, onEvent, matters);
    let before = statesIn(folder, matters);
    const look = () => {
      const now = statesIn(folder, matters);
      for (const name of new Set([...before.keys(), ...now.keys()]))
        if (before.get(name) !== now.get(name)) onEvent('rename', name);
      before = now;
    };
    const timer = setInterval(
      look,
      folder.includes(`${sep}node_modules${sep}`) ? everyMs * THIRD_PARTY_FACTOR : everyMs,
    );
    return {
      on: (event, listener) => watcher.on(event, listener),
      close: () => {
        clearInterval(timer);
        watcher.close();
      },
    };
  };
}

function statesIn(folder: string, matters: (name: string) => boolean): Map<string, string> {
  const states = new Map<string, string>();
  for (const { name } of entriesIn(folder)) {
    if (!matters(name)) continue;
    const stat = statSync(join(folder, name), { throwIfNoEntry: false });
    // What comes and goes in a folder below is that folder's to tell.
    if (stat !== undefined)
      states.set(name, stat.isDirectory() ? `${stat.ino}` : `${stat.mtimeMs} ${stat.size} ${stat.ino}`);
  }
  return states;
}
