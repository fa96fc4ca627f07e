import { cpSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import ts from 'typescript';

// compile.ts <root> <folder to write>: every workspace package with its src/ compiled to dist/ and all else as it is.
// Modules are compiled one by one (`isolatedModules`): types were checked before anybody builds an image.
const [root = '', out = ''] = process.argv.slice(2);

for (const config of globSync('*/*/tsconfig.build.json', { cwd: root })) {
  const folder = dirname(config);
  for (const entry of globSync('**/*', { cwd: join(root, folder), withFileTypes: true })) {
    const path = relative(join(root, folder), join(entry.parentPath, entry.name));
    if (!entry.isFile() || /\.ts$|^tsconfig/.test(path)) continue;
    cpSync(join(root, folder, path), join(out, folder, path.replace(/^src\//, 'dist/')), { recursive: true });
  }
  const { fileNames, options } = readConfig(join(root, config));
  for (const file of fileNames) {
    const path = relative(join(root, folder, 'src'), file);
    compile(file, join(out, folder, 'dist', path.replace(/\.ts$/, '.js')), `src/${path}`, options);
  }
}

function compile(file: string, target: string, source: string, options: ts.CompilerOptions): void {
  const { outputText, sourceMapText = '{}' } = ts.transpileModule(readFileSync(file, 'utf8'), {
    fileName: basename(file),
    // Every package is of type "module"; TypeScript is not shown the package.json that says so.
    compilerOptions: { ...options, module: ts.ModuleKind.ESNext, removeComments: true },
  });
  const map = JSON.parse(sourceMapText) as { sources: string[] };
  // As seen from the map, so that a stack trace names the source and nobody learns where the image was built.
  map.sources = [join(relative(dirname(source.replace(/^src/, 'dist')), '.'), source)];
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, outputText);
  writeFileSync(`${target}.map`, JSON.stringify(map));
}

function readConfig(path: string): ts.ParsedCommandLine {
  const fail = (diagnostic: ts.Diagnostic): never => {
    throw new Error(`${path}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n')}`);
  };
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail };
  const parsed = ts.getParsedCommandLineOfConfigFile(path, {}, host);
  if (parsed === undefined) throw new Error(`${path} cannot be read`);
  return parsed;
}
