import { copyFileSync, cpSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

// workspace.ts <root> <folder to write> <package…>: these packages, and those of this repository that they depend on, as
// a workspace of its own. `sources/` has their folders. `manifests/` has what an install depends on and nothing else, so
// that a new version, script or development dependency makes no new layer; npm drops from the lockfile what they do not need.
const [root = '', out = '', ...folders] = process.argv.slice(2);
const { workspaces, overrides } = readManifest('.');
const manifests = globSync(workspaces?.map((pattern) => `${pattern}/package.json`) ?? [], { cwd: root });
const folderOf = new Map(manifests.map(dirname).map((folder) => [readManifest(folder).name, folder]));

const needed = new Set(folders);
for (const folder of needed) {
  const { name, dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = readManifest(folder);
  write(folder, { name, dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta });
  cpSync(join(root, folder), join(out, 'sources', folder), { recursive: true });
  for (const dependency of Object.keys(dependencies ?? {})) {
    const ours = folderOf.get(dependency);
    if (ours !== undefined) needed.add(ours);
  }
}
write('.', { private: true, workspaces: [...needed].sort(), overrides });
copyFileSync(join(root, 'package-lock.json'), join(out, 'manifests', 'package-lock.json'));

interface Manifest {
  name?: string;
  private?: boolean;
  workspaces?: string[];
  overrides?: object | undefined;
  dependencies?: object | undefined;
  optionalDependencies?: object | undefined;
  peerDependencies?: object | undefined;
  peerDependenciesMeta?: object | undefined;
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest;
}

function write(folder: string, manifest: object): void {
  mkdirSync(join(out, 'manifests', folder), { recursive: true });
  writeFileSync(join(out, 'manifests', folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
}
