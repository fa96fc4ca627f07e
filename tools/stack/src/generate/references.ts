import { posix } from 'node:path';
import type { PackageGraph, WorkspacePackage } from '../packages/package-graph.ts';
import type { GeneratedFile } from './generated-file.ts';

/** The references that a TypeScript configuration must have, so that `tsc --build` builds what it imports first. */
export interface ConfigReferences {
  /** Relative to the root. */
  readonly file: string;
  /** Relative to the file's folder, in the order of the names in package.json. */
  readonly references: readonly string[];
}

/** Every TypeScript configuration of the workspace; those that are missing are made. */
export function projectReferences(packages: PackageGraph): GeneratedFile[] {
  return expectedReferences(packages).map(({ file, references }) => {
    const base = file.endsWith('tsconfig.build.json') ? 'tsconfig.build.base.json' : 'tsconfig.base.json';
    const bare = `{\n  "extends": "${posix.relative(posix.dirname(file), base)}"\n}\n`;
    return { file, needed: true, render: (present) => withReferences(present || bare, references) };
  });
}

/**
 * The references of every configuration in the workspace, from the dependencies in each package.json: `tsconfig.json`
 * checks sources and tests, so it follows development dependencies too; `tsconfig.build.json`, which only what can be
 * part of a production image has, follows the others.
 */
export function expectedReferences(graph: PackageGraph): ConfigReferences[] {
  const folders = new Map(graph.packages.map(({ name, folder }) => [name, folder]));
  const config = ({ folder }: WorkspacePackage, names: readonly string[], name: string, inside: string) => {
    const paths = names.map((each) => posix.join(posix.relative(folder, folders.get(each) ?? each), inside));
    return { file: `${folder}/${name}`, references: [...new Set(paths)].sort() };
  };
  const packages = graph.packages.flatMap((each) => [
    config(each, [...each.dependencies, ...each.devDependencies], 'tsconfig.json', ''),
    ...(isShipped(each) ? [config(each, each.dependencies, 'tsconfig.build.json', 'tsconfig.build.json')] : []),
  ]);
  const all = graph.packages.map(({ folder }) => folder);
  const isTemplates = (folder: string) => folder.startsWith('template/');
  // Of its own, so that the folder can be deleted.
  const template = all.filter(isTemplates).map((folder) => posix.relative('template', folder));
  return [
    { file: 'tsconfig.json', references: all.filter((folder) => !isTemplates(folder)) },
    ...(template.length > 0 ? [{ file: 'template/tsconfig.json', references: template }] : []),
    ...packages,
  ];
}

/** All else is never compiled: it runs from source. */
function isShipped({ tags }: WorkspacePackage): boolean {
  return tags.includes('type:app') || tags.includes('type:lib');
}

const section = /"references":\s*\[[^\]]*\]/;

/** The text with its references replaced or, where it has none, added at its end. Laid out as Prettier does. */
export function withReferences(text: string, paths: readonly string[]): string {
  const entries = paths.map((path) => `{ "path": "${path}" }`);
  const oneLine = `"references": [${entries.join(', ')}]`;
  const fits = oneLine.length + 2 <= 120;
  const replacement = fits ? oneLine : `"references": [\n    ${entries.join(',\n    ')}\n  ]`;
  if (section.test(text)) return text.replace(section, replacement);
  return text.replace(/,?\s*\}\s*$/, `,\n  ${replacement}\n}\n`).replace(/^\{,?\s*/, '{\n  ');
}
