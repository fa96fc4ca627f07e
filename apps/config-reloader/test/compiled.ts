import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** What the image passes to Node: without its compilers, and with a small heap, it needs 12 MB less. */
export const shippedOptions = ['--jitless', '--max-semi-space-size=1', '--max-old-space-size=12'];

const src = join(import.meta.dirname, '../src');

/**
 * Compiles the reloader into a folder, as its image has it: without Node's own type stripping, which needs 30 MB.
 * @returns the path of its main program.
 */
export function compileReloader(folder: string): string {
  const compilerOptions = {
    module: ts.ModuleKind.ESNext,
    target: ts.ScriptTarget.ES2024,
    verbatimModuleSyntax: true,
    rewriteRelativeImportExtensions: true,
    removeComments: true,
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  for (const file of globSync('*.ts', { cwd: src }).filter((name) => !name.endsWith('.test.ts'))) {
    const { outputText } = ts.transpileModule(readFileSync(join(src, file), 'utf8'), { compilerOptions });
    writeFileSync(join(folder, file.replace(/\.ts$/, '.js')), outputText);
  }
  return join(folder, 'main.js');
}
