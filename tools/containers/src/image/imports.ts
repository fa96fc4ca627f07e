/** How a module names another one; Node resolves the two differently. */
export type ImportKind = 'import' | 'require';

export interface ModuleReference {
  readonly specifier: string;
  readonly kind: ImportKind;
}

/**
 * What the source of a module imports or requires by a literal name. It reads more than a parser would (names in
 * comments and strings too), which only keeps a file that could have gone.
 */
export function referencesIn(source: string): ModuleReference[] {
  return patterns.flatMap(([kind, pattern]) =>
    [...source.matchAll(pattern)].map((match) => ({ specifier: match[2] ?? '', kind })),
  );
}

const quoted = '\\s*(["\'`])([^"\'`\\n$]+)\\1';
const relative = /(["'`])(\.{1,2}\/[^"'`\n$]+)\1/g;
const patterns: readonly (readonly [ImportKind, RegExp])[] = [
  ['import', new RegExp(`\\bfrom${quoted}`, 'g')],
  ['import', new RegExp(`\\bimport${quoted}`, 'g')],
  ['import', new RegExp(`\\bimport\\s*\\(${quoted}`, 'g')],
  ['require', new RegExp(`\\brequire\\w*(?:\\.resolve)?\\s*\\(${quoted}`, 'g')],
  // Some loaders go by another name; what looks like a path is taken for one.
  ['import', relative],
  ['require', relative],
];
