import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import ts from 'typescript';

/** The files of a service: contents by path in its folder. */
export interface ServiceFiles {
  name: string;
  files: ReadonlyMap<string, string>;
}

/** The files of every service, and the names that each exports, in this order. */
const skeleton: Readonly<Record<string, readonly string[] | undefined>> = {
  'package.json': undefined,
  'tsconfig.json': undefined,
  'tsconfig.build.json': undefined,
  'src/main.ts': [],
  'src/app.ts': ['createApp'],
  'src/config.ts': ['SERVICE_NAME', 'configSchema', 'Config'],
  'src/dependencies.ts': ['Dependencies', 'createDependencies'],
  'test/service-under-test.ts': ['ServiceUnderTest', 'bootService'],
  'test/description.test.ts': [],
  'test/process.test.ts': [],
};
/** Additional exports of these files that may differ between services. */
const open = ['src/config.ts', 'test/service-under-test.ts'];
/** Options of `serve` that only some services use. */
const ownOptions = ['tryOnDocs', 'requestTimeoutMs', 'maxConnections'];
/** The kind of thing that a function with this return type makes. */
const made = /^(Router|RequestHandler|ErrorRequestHandler|Express|Endpoint\[\]|Guard<.*>)$/;

export function readServices(root: string, names: readonly string[]): ServiceFiles[] {
  return names.map((name) => {
    const folder = join(root, 'apps', name);
    const paths = globSync(['*.json', '{src,test}/**/*.ts'], { cwd: folder });
    return { name, files: new Map(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')])) };
  });
}

/**
 * The differences between the services, each with its location.
 * @param api the file in which the application of an API is made, whose middleware has the order for all.
 */
export function unlike(services: readonly ServiceFiles[], api: { path: string; text: string }): string[] {
  const middleware = services.map((each): Names => [
    `apps/${each.name}/src/app.ts`,
    usedIn(sourceOf(each, 'src/app.ts')),
  ]);
  return [
    ...services.flatMap((service) => [...missing(service), ...nameRepeated(service), ...otherwiseMade(service)]),
    ...mainsThatDiffer(services),
    ...orders.flatMap(([path, what, of]) =>
      outOfOrder(services.map((each): Names => [`apps/${each.name}/${path}: ${what}`, of(sourceOf(each, path))])),
    ),
    ...outOfOrder([[api.path, usedIn(parse(api.path, api.text))], ...middleware]),
    ...numbers(services),
  ];
}

function missing({ name, files }: ServiceFiles): string[] {
  return Object.entries(skeleton).flatMap(([path, wanted]) => {
    const place = `apps/${name}/${path}`;
    const text = files.get(path);
    if (text === undefined) return [`${place} is missing`];
    if (wanted === undefined) return [];
    const exported = exportsOf(parse(path, text));
    const here = open.includes(path) ? exported.filter((each) => wanted.includes(each)) : exported;
    return here.join() === wanted.join() ? [] : [`${place} exports ${here.join(', ')}; not ${wanted.join(', ')}`];
  });
}

/** The name of a service is written in one place, which all others import. */
function nameRepeated({ name, files }: ServiceFiles): string[] {
  const places = shipped(files).flatMap(([path, text]) => {
    const source = parse(path, text);
    return all(source).flatMap((node) => {
      const isText = ts.isStringLiteral(node) || ts.isTemplateLiteralToken(node);
      return isText && !ts.isImportDeclaration(node.parent) && node.text.includes(name) ? [{ path, node }] : [];
    });
  });
  const [first, ...more] = places.sort(
    (one, other) => Number(other.path === 'src/config.ts') - Number(one.path === 'src/config.ts'),
  );
  const { parent } = first?.node ?? {};
  const declares = parent !== undefined && ts.isVariableDeclaration(parent) && parent.name.getText() === 'SERVICE_NAME';
  return [
    ...(declares ? [] : [`apps/${name}/src/config.ts does not declare SERVICE_NAME as ${name}`]),
    ...more.map(({ path }) => `apps/${name}/${path} spells ${name} once more: take SERVICE_NAME`),
  ];
}

/** Factories are named create…. */
function otherwiseMade({ name, files }: ServiceFiles): string[] {
  return shipped(files).flatMap(([path, text]) => {
    const source = parse(path, text);
    const makers = source.statements
      .filter((node) => ts.isFunctionDeclaration(node) && isExported(node))
      .filter((node) => made.test((node as ts.FunctionDeclaration).type?.getText() ?? ''))
      .map((node) => (node as ts.FunctionDeclaration).name?.text ?? '');
    const called = path === 'src/dependencies.ts' ? membersMade(source) : [];
    const wrong = [...makers, ...called].filter((each) => !/^create[A-Z]/.test(each));
    return wrong.map((each) => `apps/${name}/${path}: ${each} makes something: call it create…`);
  });
}

/** The factories of the members that createDependencies returns. */
function membersMade(source: ts.SourceFile): string[] {
  const returned = returnedBy('createDependencies', source);
  const values = (returned?.properties ?? []).flatMap((property) => {
    if (ts.isSpreadAssignment(property)) return [property.expression];
    if (ts.isPropertyAssignment(property)) return [property.initializer];
    if (!ts.isShorthandPropertyAssignment(property)) return [];
    const declared = all(source).find(
      (node) => ts.isVariableDeclaration(node) && node.name.getText() === property.name.text,
    );
    const value = (declared as ts.VariableDeclaration | undefined)?.initializer;
    return value === undefined ? [] : [value];
  });
  return values.flatMap((value) =>
    ts.isCallExpression(value) && ts.isIdentifier(value.expression) ? [value.expression.text] : [],
  );
}

function mainsThatDiffer(services: readonly ServiceFiles[]): string[] {
  const mains = services.map(({ name, files }) => ({ name, text: commonPart(files.get('src/main.ts') ?? '') }));
  const [first, ...others] = mains;
  return others.flatMap(({ name, text }) =>
    text === first?.text ? [] : [`apps/${name}/src/main.ts differs from that of ${String(first?.name)}`],
  );
}

function commonPart(main: string): string {
  const own = new RegExp(`^ +(${ownOptions.join('|')}):|^ *//`);
  return main
    .split('\n')
    .filter((line) => !own.test(line))
    .join('\n');
}

type Names = readonly [place: string, names: readonly string[]];

/** Lists in which parts that two services share are in the same order. */
const orders: readonly [path: string, what: string, of: (source: ts.SourceFile) => readonly string[]][] = [
  ['src/config.ts', 'configSchema', schemaKeys],
  ['src/dependencies.ts', 'Dependencies', (source) => membersOf('Dependencies', source)],
  ['src/dependencies.ts', 'createDependencies', (source) => keysOf(returnedBy('createDependencies', source))],
  ['test/service-under-test.ts', 'ServiceUnderTest', (source) => membersOf('ServiceUnderTest', source)],
];

function outOfOrder(lists: readonly Names[]): string[] {
  return lists.flatMap(([place, names], index) =>
    lists.slice(0, index).flatMap(([other, theirs]) => {
      const here = names.filter((name) => theirs.includes(name));
      const there = theirs.filter((name) => names.includes(name));
      return here.join() === there.join() ? [] : [`${place} has ${here.join(', ')}; ${other} has ${there.join(', ')}`];
    }),
  );
}

/** A noun is either singular or plural in all file names: `user.ts` or `users.ts`, but not both. */
function numbers(services: readonly ServiceFiles[]): string[] {
  const nouns = new Map<string, string>();
  for (const { name, files } of services)
    for (const [path] of shipped(files))
      nouns.set(basename(path, '.ts').split('-').at(-1) ?? '', `apps/${name}/${path}`);
  return [...nouns].flatMap(([noun, path]) => {
    const other = nouns.get(noun.endsWith('y') ? noun.replace(/y$/, 'ies') : `${noun}s`);
    return other === undefined ? [] : [`${path} and ${other} name one noun in two numbers`];
  });
}

function shipped(files: ReadonlyMap<string, string>): [path: string, text: string][] {
  return [...files].filter(([path]) => path.startsWith('src/') && path.endsWith('.ts') && !path.endsWith('.test.ts'));
}

const parsed = new Map<string, ts.SourceFile>();

function parse(path: string, text: string): ts.SourceFile {
  const source = parsed.get(text) ?? ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  parsed.set(text, source);
  return source;
}

function sourceOf({ files }: ServiceFiles, path: string): ts.SourceFile {
  return parse(path, files.get(path) ?? '');
}

function all(node: ts.Node): ts.Node[] {
  const nodes = [node];
  node.forEachChild((child) => void nodes.push(...all(child)));
  return nodes;
}

function isExported(node: ts.Statement): boolean {
  return (
    ts.canHaveModifiers(node) &&
    ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true
  );
}

function exportsOf(source: ts.SourceFile): string[] {
  return source.statements.filter(isExported).flatMap((node) => {
    if (ts.isVariableStatement(node)) return node.declarationList.declarations.map(({ name }) => name.getText());
    return [(node as ts.DeclarationStatement).name?.getText() ?? 'default'];
  });
}

function membersOf(name: string, source: ts.SourceFile): string[] {
  const declared = all(source).find((node) => ts.isInterfaceDeclaration(node) && node.name.text === name);
  return ((declared as ts.InterfaceDeclaration | undefined)?.members ?? []).flatMap(
    (each) => each.name?.getText() ?? [],
  );
}

/** The object that a function returns at its end. */
function returnedBy(name: string, source: ts.SourceFile): ts.ObjectLiteralExpression | undefined {
  const declared = all(source).find((node) => ts.isFunctionDeclaration(node) && node.name?.text === name);
  const last = (declared as ts.FunctionDeclaration | undefined)?.body?.statements.at(-1);
  const value = last !== undefined && ts.isReturnStatement(last) ? last.expression : undefined;
  return value !== undefined && ts.isObjectLiteralExpression(value) ? value : undefined;
}

function keysOf(object: ts.ObjectLiteralExpression | undefined): string[] {
  return (object?.properties ?? []).map((each) => each.name?.getText() ?? each.getText().replace(/\(.*/s, ''));
}

/** The variables of the first object in configSchema. */
function schemaKeys(source: ts.SourceFile): string[] {
  const declared = all(source).find((node) => ts.isVariableDeclaration(node) && node.name.getText() === 'configSchema');
  const object = declared === undefined ? undefined : all(declared).find((node) => ts.isObjectLiteralExpression(node));
  return keysOf(object as ts.ObjectLiteralExpression | undefined);
}

/** The middleware of an application, in order. */
function usedIn(source: ts.SourceFile): string[] {
  return all(source).flatMap((node) =>
    ts.isCallExpression(node) && node.expression.getText() === 'app.use'
      ? node.arguments.map((each) => each.getText().replace(/\(.*/s, ''))
      : [],
  );
}
