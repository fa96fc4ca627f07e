import { lookupPaths, type LockedPackage, type LockedPackages } from './lockfile.ts';

/**
 * The paths of all that `roots` need to run, themselves included. Development dependencies are left out, and so are
 * optional ones unless `optional` is set.
 *
 * @throws Error when the lockfile lacks a dependency that is not optional
 */
export function closure(packages: LockedPackages, roots: readonly string[], optional: boolean): Set<string> {
  const reached = new Set<string>();
  const pending = [...roots];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    const entry = packages[path];
    if (entry === undefined) throw new Error(`package-lock.json has no ${path}. Run npm install and commit the file.`);
    if (entry.link === true && entry.resolved !== undefined) pending.push(entry.resolved);
    for (const [name, required] of wanted(entry, optional)) {
      const found = lookupPaths(path, name).find((candidate) => packages[candidate] !== undefined);
      if (found !== undefined) pending.push(found);
      else if (required)
        throw new Error(`package-lock.json lacks ${name}, which ${path} needs. Run npm install and commit the file.`);
    }
  }
  return reached;
}

/** Names with whether the package cannot do without. An optional peer is somebody else's to bring. */
function* wanted(entry: LockedPackage, optional: boolean): Generator<[name: string, required: boolean]> {
  const chosen = entry.optionalDependencies ?? {};
  for (const name of Object.keys(entry.dependencies ?? {})) if (!(name in chosen)) yield [name, true];
  for (const name of Object.keys(entry.peerDependencies ?? {}))
    if (entry.peerDependenciesMeta?.[name]?.optional !== true) yield [name, true];
  if (optional) for (const name of Object.keys(chosen)) yield [name, false];
}
