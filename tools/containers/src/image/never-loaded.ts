/**
 * Whether a file of an installed package is of no use to a program that runs: type declarations, source maps,
 * documentation, tests and the configuration of the package's own development. Licences stay.
 *
 * @param name of the package
 * @param path of the file inside it, with `/`
 */
export function isNeverLoaded(name: string, path: string): boolean {
  const parts = path.split('/');
  if (/^(licen[cs]e|notice|copying)/i.test(parts.at(-1) ?? '')) return false;
  if (parts.slice(0, -1).some((folder) => folders.has(folder) || folder.startsWith('.'))) return true;
  return endings.test(path) || (leftOut[name]?.test(path) ?? false);
}

const folders = new Set(['test', 'tests', '__tests__', 'docs', 'example', 'examples', 'benchmark', 'benchmarks']);
const endings =
  /\.(map|[cm]?ts|tsx|flow|md|markdown|tsbuildinfo)$|(^|\/)(\.[^/]*|(tsconfig|bower|component|jsdoc)\.json)$/;

/** Builds for browsers that single packages ship besides their own code; none of their `exports` leads Node there. */
const leftOut: Readonly<Record<string, RegExp>> = {
  'swagger-ui-dist': /^swagger-ui(-es-bundle|-es-bundle-core|-standalone-preset)?\.js$/,
  protobufjs: /^dist\//,
  yaml: /^browser\//,
};
