import { basename, dirname, join } from 'node:path';

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
  const packagesChanged = changed.some((path) => isManifest(path, known));
  const restartFor = changed.filter(
    (path) => isManifest(path, known) || isInstalled(path, known) || isCode(path, known),
  );
  const stale = (path: string) =>
    isManifest(path, known) || isInstalled(path, known) || isLockfile(path, known) || known.preloaded.has(path);
  return { restartFor, discardStandby: changed.some(stale), packagesChanged };
}

function isManifest(path: string, known: Known): boolean {
  return basename(path) === 'package.json' && (known.packages.has(dirname(path)) || dirname(path) === known.workspace);
}

/** The lockfile alone changes nothing that runs, but an installation is about to. */
function isLockfile(path: string, known: Known): boolean {
  return path === join(known.workspace, 'package-lock.json');
}

/** npm writes this one at the end of an installation. */
function isInstalled(path: string, known: Known): boolean {
  return path === join(known.workspace, 'node_modules', '.package-lock.json') || isLoadedThirdParty(path, known);
}

function isLoadedThirdParty(path: string, known: Known): boolean {
  return known.thirdPartyFolders.has(dirname(path)) && isModule(path);
}

function isCode(path: string, known: Known): boolean {
  return known.own.has(path) || (known.broken && isModule(path));
}

/** By its name, a file that can be imported. */
export function isModule(path: string): boolean {
  return /\.([cm]?[jt]s|json|node)$/.test(path);
}

/** Names that no tree of sources is watched below or for. */
export function isIgnored(name: string): boolean {
  return /^(node_modules|dist|coverage|test)$|^\.|~$|\.tsbuildinfo$/.test(name);
}
