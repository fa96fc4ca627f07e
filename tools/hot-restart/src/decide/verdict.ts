import { basename, dirname, join } from 'node:path';
import { isModule } from '../watch/source-names.ts';

/** What the runner knows when files have changed. */
export interface Known {
  /** Own files that the live process has loaded or looked for in vain. */
  own: ReadonlySet<string>;
  /** Own files that a standby has loaded already: telemetry and what it imports. */
  preloaded: ReadonlySet<string>;
  thirdPartyFolders: ReadonlySet<string>;
  /** Folders of the service's package and of the workspace libs it uses. */
  packages: ReadonlySet<string>;
  workspace: string;
  /** The last start failed, so that any own file may be the one that repairs it. */
  broken: boolean;
}

export interface Verdict {
  /** The files to restart for; none: no restart. */
  restartFor: string[];
  /** What a standby has loaded is out of date. */
  discardStandby: boolean;
  /** The package graph may have changed. */
  packagesChanged: boolean;
}

/** Decides what changed files mean. */
export function judge(changed: string[], known: Known): Verdict {
  const isManifest = (path: string) =>
    basename(path) === 'package.json' && (known.packages.has(dirname(path)) || dirname(path) === known.workspace);
  // npm writes the record in node_modules at the end of an installation.
  const isInstalled = (path: string) =>
    path === join(known.workspace, 'node_modules', '.package-lock.json') ||
    (known.thirdPartyFolders.has(dirname(path)) && isModule(path));
  const isCode = (path: string) => known.own.has(path) || (known.broken && isModule(path));
  // The lockfile alone changes nothing that runs, but an installation is about to.
  const isLockfile = (path: string) => path === join(known.workspace, 'package-lock.json');
  return {
    restartFor: changed.filter((path) => isManifest(path) || isInstalled(path) || isCode(path)),
    discardStandby: changed.some(
      (path) => isManifest(path) || isInstalled(path) || isLockfile(path) || known.preloaded.has(path),
    ),
    packagesChanged: changed.some(isManifest),
  };
}
