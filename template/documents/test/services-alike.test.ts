import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { declaredStack } from '@evenkeel/stack';
import { beforeAll, expect, it } from 'vitest';
import { readServices, unlike, type ServiceFiles } from './service-shape.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const path = 'libs/service/src/app.ts';
const api = { path, text: readFileSync(join(root, path), 'utf8') };
let services: ServiceFiles[];

beforeAll(async () => {
  const names = (await declaredStack(root)).services.map(({ name }) => name);
  services = readServices(root, names);
});

it('all services have the same shape', () => {
  expect(services.length).toBeGreaterThan(1);
  expect(unlike(services, api)).toEqual([]);
});

type Drift = [what: string, path: string, change: (text: string, name: string) => string | undefined, said: RegExp];

it.each<Drift>([
  ['without a file', 'src/app.ts', () => undefined, /src\/app\.ts is missing/],
  [
    'that exports another name',
    'src/dependencies.ts',
    (text) => text.replace('createDependencies(', 'openAll('),
    /exports Dependencies, openAll; not Dependencies, createDependencies/,
  ],
  [
    'whose main.ts does something of its own',
    'src/main.ts',
    (text) => text.replace('await serve(', 'logger.info({});\nawait serve('),
    /src\/main\.ts differs/,
  ],
  [
    'that spells its name twice',
    'src/app.ts',
    (text, name) => text.replace('SERVICE_NAME', `'${name}'`) + `\nexport const title = '${name}';`,
    /src\/app\.ts spells .* once more/,
  ],
  [
    'with its dependencies in another order',
    'src/dependencies.ts',
    (text) =>
      text.replace(/(?<=interface Dependencies [^\n]*\{\n).*?(?=^\})/ms, (members) =>
        members
          .split('\n')
          .filter((line) => line.endsWith(';'))
          .reverse()
          .join('\n'),
      ),
    /Dependencies has .*logger/,
  ],
  [
    'with its middleware in another order',
    'src/app.ts',
    (text) => `${text}\napp.use(createProblemHandler(logger), logRequests(log));\n`,
    /app\.ts has .*createProblemHandler, logRequests; /,
  ],
  [
    'that makes a dependency in another way',
    'src/dependencies.ts',
    (text) => text.replace(/\n {4}logger,\n/, '\n    logger,\n    more: openMore(),\n'),
    /openMore makes something: call it create…/,
  ],
])('finds a service %s', (_what, path, change, said) => {
  for (const { name, files } of services) {
    const text = change(files.get(path) ?? '', name);
    const changed = new Map(files);
    if (text === undefined) changed.delete(path);
    else changed.set(path, text);
    expect(text).not.toBe(files.get(path));
    const all = services.map((each) => (each.name === name ? { name, files: changed } : each));
    expect(unlike(all, api).join('\n'), name).toMatch(said);
  }
});

it('finds a noun used in both singular and plural', () => {
  const [first, ...others] = services as [ServiceFiles, ...ServiceFiles[]];
  const files = new Map([...first.files, ['src/store/noun.ts', ''], ['src/routes/nouns.ts', '']]);
  expect(unlike([{ ...first, files }, ...others], api).join()).toMatch(/noun\.ts and .*nouns\.ts name one noun/);
});
