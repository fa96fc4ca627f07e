/** A workspace package, by its folder (relative to the root, with `/`) and the workspace packages it uses. */
export interface WorkspacePackage {
  readonly name: string;
  readonly folder: string;
  /** What it needs to run. */
  readonly dependencies: readonly string[];
  /** What only its tests and its build need. */
  readonly devDependencies: readonly string[];
  readonly tags: readonly string[];
}

/** All packages of the workspace. */
export interface PackageGraph {
  readonly packages: readonly WorkspacePackage[];
}

/** The package itself and everything it needs to run, over any number of steps. */
export function runtimeClosure(graph: PackageGraph, name: string): Set<string> {
  const byName = new Map(graph.packages.map((each) => [each.name, each]));
  const reached = new Set<string>();
  const pending = [name];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (reached.has(next)) continue;
    reached.add(next);
    pending.push(...(byName.get(next)?.dependencies ?? []));
  }
  return reached;
}
