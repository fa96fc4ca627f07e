import { enableCompileCache } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { settleEnvironment } from '@evenkeel/local-stores/own-environment';

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
enableCompileCache(join(root, '.keel', 'cache', 'compile'));

settleEnvironment(process.env);

const { runKeel } = await import('./cli.ts');
const { env, stdout, stderr } = process;
process.exitCode = await runKeel({ root, args: process.argv.slice(2), env, cwd: process.cwd(), stdout, stderr });
