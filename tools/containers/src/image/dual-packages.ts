import { referencesIn, type ImportKind } from './imports.ts';

/** A package with its JavaScript files. */
export interface InstalledPackage {
  /** The field of its `package.json`. */
  readonly exports: unknown;
  readonly files: readonly string[];
}

/** The file that `specifier` leads to from `from`; `undefined` for a built-in module and for what is not there. */
export type Resolve = (specifier: string, from: string, kind: ImportKind) => string | undefined;

/**
 * Files that nothing can reach, of packages that ship the same code twice (as ES modules and as CommonJS): usually one
 * of the two halves. Everything else counts as loaded, with all it names: packages of one format, and from the outset
 * whatever is in `entries`.
 */
export function unreachable(
  packages: readonly InstalledPackage[],
  entries: readonly string[],
  read: (file: string) => string,
  resolve: Resolve,
): string[] {
  const dual = new Set(packages.filter(({ exports }) => hasTwoFormats(exports)).flatMap(({ files }) => files));
  const others = packages.flatMap(({ files }) => files).filter((file) => !dual.has(file));
  const pending = [...entries, ...others];
  const reached = new Set<string>();
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    for (const { specifier, kind } of referencesIn(read(file))) {
      const next = resolve(specifier, file, kind);
      if (next !== undefined && dual.has(next)) pending.push(next);
    }
  }
  return [...dual].filter((file) => !reached.has(file));
}

/** A package offers two formats when `require` leads to other files than `import` does. */
function hasTwoFormats(exports: unknown): boolean {
  if (typeof exports !== 'object' || exports === null) return false;
  return 'require' in exports || Object.values(exports).some(hasTwoFormats);
}
