import { join } from 'node:path';
import { run } from '@evenkeel/containers';
import { openPlace } from '../local-stack/place.ts';
import { circumstances, publish, readCommandLine } from '../measurement.ts';
import { measureCold, measureWarm } from './measure.ts';
import { readOptions, usage } from './options.ts';
import { packagesOf } from './packages.ts';
import { summarize, tables } from './report.ts';
import { ways } from './ways.ts';

/**
 * Measures the way to a running stack: the first `npm start` in a clean clone of the last commit, later ones with and
 * without the runner, the memory that each holds, and the size of the packages. Resolves to the exit code.
 */
export async function benchStart(argv: string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const options = readCommandLine(usage, () => readOptions(argv));
  if (options === undefined) return 2;
  const root = join(import.meta.dirname, '../../../..');
  const commit = (await run('git', ['rev-parse', '--short', 'HEAD'], { cwd: root })).stdout.trim();
  const { stdout: changes } = await run('git', ['status', '--porcelain'], { cwd: root });
  if (changes !== '') console.error(`changes that are not committed are not measured: this is about ${commit}`);

  await using place = await openPlace(environment, (folder) => run('git', ['clone', '--quiet', root, folder]));
  const env: NodeJS.ProcessEnv = options.emptyCache ? { npm_config_cache: join(place.folder, '.keel', 'npm') } : {};
  const npmCache = options.emptyCache ? 'empty' : 'as it was';
  console.error(`measuring the first start in a clean clone, npm's cache ${npmCache} …`);
  const cold = await measureCold(place, env);
  const asked = await run('npm', ['config', 'get', 'cache'], { cwd: place.folder, env: { ...environment, ...env } });
  const packages = await packagesOf(place.folder, asked.stdout.trim());
  console.error(`measuring ${options.runs} later starts each of ${ways.map(({ name }) => name).join(', ')} …`);
  const warm = await measureWarm(place, ways, options.runs);
  const report = summarize({ cold, warm, packages }, { ...circumstances(), commit, npmCache });
  await publish(report, tables(report), options.json);
  return 0;
}
