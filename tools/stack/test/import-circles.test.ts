import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { loadPackageGraph } from '@evenkeel/stack';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..', '..');

type Imports = ReadonlyMap<string, readonly string[]>;

/** Files with the files that they import by a relative path, types included. */
async function importsWithin(folder: string): Promise<[string, string[]][]> {
  const files = globSync('{src,test}/**/*.ts', { cwd: folder });
  return Promise.all(
    files.map(async (name): Promise<[string, string[]]> => {
      const file = join(folder, name);
      const found = (await readFile(file, 'utf8')).matchAll(/(?:from|import) ?\(?'(\.[^']+)'/g);
      return [file, [...found].map(([, path = '']) => join(dirname(file), path))];
    }),
  );
}

/** The first circle below each file, such as `a.ts > b.ts > a.ts`; a file is entered once. */
function circles(imports: Imports): string[] {
  const entered = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] => {
    if (path.includes(file)) return [[...path.slice(path.indexOf(file)), file].join(' > ')];
    if (entered.has(file)) return [];
    entered.add(file);
    return (imports.get(file) ?? []).flatMap((next) => visit(next, [...path, file]));
  };
  return [...imports.keys()].flatMap((file) => visit(file, []));
}

test('a circle is found, wherever the search begins', () => {
  const imports = new Map([
    ['a', ['b']],
    ['b', ['c']],
    ['c', ['d', 'b']],
    ['d', []],
  ]);
  expect(circles(imports)).toEqual(['b > c > b']);
});

test('no file imports itself by way of others', async () => {
  const { packages } = await loadPackageGraph(ROOT);
  const imports = await Promise.all(packages.map(({ folder }) => importsWithin(join(ROOT, folder))));
  const all = new Map(
    imports.flat().map(([file, paths]) => [relative(ROOT, file), paths.map((path) => relative(ROOT, path))]),
  );
  expect(all.size).toBeGreaterThan(100);
  expect(circles(all)).toEqual([]);
});
