import { posix } from 'node:path';
import type { PackageGraph, WorkspacePackage } from '../packages/package-graph.ts';

/** The references that a TypeScript configuration must have, so that `tsc --build` builds what it imports first. */
export interface ConfigReferences {
  /** Relative to the root. */
  readonly file: string;
  /** Relative to the file's folder, in the order of the names in package.json. */
  readonly references: readonly string[];
}

/**
 * The references of every configuration in the workspace, from the dependencies in each package.json: `tsconfig.json`
 * checks sources and tests, so it follows development dependencies too; `tsconfig.build.json`, which only what can be
 * part of a production image has, follows the others.
 */
export function expectedReferences(graph: PackageGraph): ConfigReferences[] {
  const folders = new Map(graph.packages.map(({ name, folder }) => [name, folder]));
  const relative = (from: WorkspacePackage, names: Iterable<string>, file: string): string[] =>
    [...new Set(names)].map((name) => posix.join(posix.relative(from.folder, folders.get(name) ?? name), file)).sort();

  const packages = graph.packages.flatMap((each): ConfigReferences[] => {
    const all = [...each.dependencies, ...each.devDependencies];
    const check = { file: `${each.folder}/tsconfig.json`, references: relative(each, all, '') };
    const build = {
      file: `${each.folder}/tsconfig.build.json`,
      references: relative(each, each.dependencies, 'tsconfig.build.json'),
    };
    return isShipped(each) ? [check, build] : [check];
  });
  const all = graph.packages.map(({ folder }) => folder);
  const root = { file: 'tsconfig.json', references: all.filter((folder) => !isTemplates(folder)) };
  // Of its own, so that the folder can be deleted.
  const template = all.filter(isTemplates).map((folder) => posix.relative('template', folder));
  return [
    root,
    ...(template.length > 0 ? [{ file: 'template/tsconfig.json', references: template }] : []),
    ...packages,
  ];
}

function isTemplates(folder: string): boolean {
  return folder.startsWith('template/');
}

/** All else is never compiled: it runs from source. */
function isShipped({ tags }: WorkspacePackage): boolean {
  return tags.includes('type:app') || tags.includes('type:lib');
}
