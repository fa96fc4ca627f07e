// Which package may import what, from the tags (`nx.tags`) and the dependencies in each package.json:
//   - nobody imports an app;
//   - a lib imports libs of lower layers (layer:0, layer:1, …), and an app imports libs;
//   - only tools, template/ and the acceptance suite import tools; tests of apps and libs those that are for:tests;
//   - template/ can be deleted, so nothing else imports it;
//   - a package is imported by its name, and only when the importing package declares it: the production image of a
//     service holds what is declared and nothing else.
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import boundaries from 'eslint-plugin-boundaries';

/** Files that only tests load. A folder called test inside src is none. */
export const tests = ['{apps,libs,tools,template}/*/test/**', 'acceptance/test/**', '**/*.test.ts'];

/** The flat configuration that holds every TypeScript file in the workspaces of `root` to these rules. */
export function boundariesOf(root) {
  const { workspaces, devDependencies } = readManifest(root, '.');
  const manifests = globSync(
    workspaces.map((pattern) => `${pattern}/package.json`),
    { cwd: root },
  );
  const folders = manifests.map((path) => dirname(path)).sort();
  const packages = folders.map((folder) => readPackage(root, folder));
  return {
    name: 'boundaries',
    files: folders.map((folder) => `${folder}/**/*.ts`),
    plugins: { boundaries },
    settings: {
      'import/resolver': { typescript: { noWarnOnMultipleProjects: true } },
      'boundaries/root-path': root,
      'boundaries/legacy-templates': false,
      'boundaries/legacy-warnings': false,
      'boundaries/dependency-nodes': ['import', 'dynamic-import', 'export', 'require'],
      'boundaries/elements': packages.map(({ name, folder }) => ({ type: name, pattern: folder, partialMatch: false })),
      'boundaries/files': [{ category: 'test', pattern: tests }],
    },
    rules: {
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          checkAllOrigins: true,
          checkUnknownLocals: true,
          message: undeclared,
          // The last policy that matches decides.
          policies: [
            { allow: { to: { module: { origin: 'core' } } } },
            { disallow: { to: { module: { origin: 'local' } } }, message: byPath },
            ...packages.flatMap((from) => policiesOf(from, packages, Object.keys(devDependencies))),
          ],
        },
      ],
    },
  };
}

function policiesOf(from, packages, rootTools) {
  const source = { element: { type: from.name } };
  const test = { ...source, file: { categories: 'test' } };
  const others = packages.filter((to) => to !== from);
  const reachable = (inTests) => others.filter((to) => refusal(from, to, inTests) === undefined);
  const refused = others.filter((to) => refusal(from, to, false) !== undefined);
  const refusals = Map.groupBy(refused, (to) => refusal(from, to, false));
  return [
    disallow(source, reachable(false), undeclared),
    ...[...refusals].map(([message, to]) => disallow(source, to, message)),
    disallow(test, reachable(true), undeclared),
    ...allow(source, from.needed, reachable(false), packages),
    ...allow(test, [...from.needed, ...from.neededInTests, ...rootTools], reachable(true), packages),
  ];
}

/** Why `from` must not import `to`; undefined when it may. */
function refusal(from, to, inTests) {
  if (to.type === 'app') return 'an app is never imported: move what is shared into a lib';
  if (to.type === 'acceptance') return 'the acceptance suite is a program: run it';
  if (to.type === 'template')
    return from.type === 'template' ? undefined : 'template/ can be deleted: nothing imports it';
  if (to.type === 'tool') {
    const ships = from.type === 'app' || from.type === 'lib';
    if (!ships || (inTests && to.for === 'tests')) return undefined;
    return to.for === 'tests' ? 'a tool for tests (for:tests) is imported by tests' : 'only tools import tools';
  }
  const upward = from.type === 'lib' && Number(to.layer) >= Number(from.layer);
  return upward ? 'a lib imports only libs of lower layers (nx.tags in package.json)' : undefined;
}

const byPath = 'there is no such file in this package; another package is imported by its name';
const undeclared = 'declare {{dependency.source}} in the package.json of {{from.element.types}} to import it here';

function allow(source, declared, reachable, packages) {
  const workspace = new Set(packages.map(({ name }) => name));
  const ours = reachable.filter(({ name }) => declared.includes(name)).flatMap(specifiers);
  const theirs = declared.filter((name) => !workspace.has(name));
  return [
    { from: source, allow: { dependency: { source: ours } } },
    { from: source, allow: { to: { module: { origin: 'external', source: theirs } } } },
  ];
}

function disallow(source, to, message) {
  // By name and not by what it resolves to, since a name that resolves to nothing must be refused as well.
  return { from: source, disallow: { dependency: { source: to.flatMap(specifiers) } }, message };
}

function specifiers({ name }) {
  return [name, `${name}/**`];
}

function readPackage(root, folder) {
  const { name, nx, dependencies = {}, optionalDependencies = {}, devDependencies = {} } = readManifest(root, folder);
  const tag = (key) => nx?.tags?.find((each) => each.startsWith(`${key}:`))?.slice(key.length + 1);
  return {
    name,
    folder,
    type: tag('type'),
    layer: tag('layer'),
    for: tag('for'),
    needed: Object.keys({ ...dependencies, ...optionalDependencies }),
    neededInTests: Object.keys(devDependencies),
  };
}

function readManifest(root, folder) {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
}
