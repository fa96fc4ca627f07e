/** An entry of `packages` in package-lock.json (version 3), as far as a subset needs to understand it. */
export interface LockedPackage {
  readonly name?: string;
  readonly version?: string;
  /** Where a link points to: the folder of a workspace package. */
  readonly resolved?: string;
  readonly link?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { optional?: boolean }>>;
  readonly optional?: boolean;
  readonly [field: string]: unknown;
}

/** Entries by their path: `''` is the root, `libs/errors` a workspace package, `node_modules/zod` a locked one. */
export type LockedPackages = Readonly<Record<string, LockedPackage>>;

const modules = 'node_modules/';

/** Where Node looks for `name` on behalf of what is at `path`: the nearest `node_modules` first. */
export function* lookupPaths(path: string, name: string): Generator<string> {
  for (let folder = path; folder !== ''; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    if (!folder.endsWith('/node_modules') && folder !== 'node_modules') yield `${folder}/${modules}${name}`;
  }
  yield modules + name;
}

/** True for a package of this repository: its code is a source, not a locked dependency. */
export function isWorkspace(path: string): boolean {
  return path !== '' && !path.includes(modules);
}
