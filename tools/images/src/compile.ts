import { cpSync, globSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

// compile.ts <root> <folder to write>: every workspace package with its src/ compiled to dist/ and all else as it is.
// Modules are compiled one by one (`isolatedModules`): types were checked before anybody builds an image.
const [root = '', out = ''] = process.argv.slice(2);
const host: ts.ParseConfigFileHost = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail };

for (const config of globSync('*/*/tsconfig.build.json', { cwd: root })) {
  const folder = dirname(config);
  for (const entry of globSync('**/*', { cwd: join(root, folder), withFileTypes: true })) {
    const path = relative(join(root, folder), join(entry.parentPath, entry.name));
    if (!entry.isFile() || /\.ts$|^tsconfig/.test(path)) continue;
    cpSync(join(root, folder, path), join(out, folder, path.replace(/^src\//, 'dist/')), { recursive: true });
  }
  compile(join(root, config));
}

function compile(config: string): void {
  const { fileNames, options } = ts.getParsedCommandLineOfConfigFile(config, {}, host) ?? {
    fileNames: [],
    options: {},
  };
  const alone = { noCheck: true, noLib: true, noResolve: true, types: [], composite: false, declaration: false };
  const program = ts.createProgram(fileNames, { ...options, ...alone, removeComments: true });
  program.getSyntacticDiagnostics().forEach(fail);
  // To the same place as beside the sources, but in `out`: the paths in source maps are right and tell of no other place.
  program.emit(undefined, (path, text) => {
    const target = join(out, relative(root, path));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  });
}

function fail({ file, messageText, start = 0 }: ts.Diagnostic): never {
  const line = file === undefined ? '' : `:${file.getLineAndCharacterOfPosition(start).line + 1}`;
  throw new Error(`${file?.fileName ?? root}${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
}
