import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { chmod, mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureDatabase, findFreePort, startPostgres } from '@evenkeel/local-stores';
import { circumstances, publish, readCommandLine } from '../measurement.ts';
import { installPeers } from '../peers.ts';
import type { Contender } from './contenders.ts';
import { contenders } from './contenders.ts';
import type { EditKind } from './edits.ts';
import { Edits } from './edits.ts';
import type { LoopOptions } from './options.ts';
import { readOptions, usage } from './options.ts';
import type { ContenderResult } from './report.ts';
import { summarize, table } from './report.ts';
import { startService } from './service-run.ts';
import { measureStack, stackName } from './stack-loop.ts';
import { tally } from './tally.ts';
import { Traffic } from './traffic.ts';
import { copyWorkspace } from './workspace-copy.ts';

/** Time between edits, in which a runner may prepare for the next. */
const betweenMs = 1500;

/**
 * Measures the development loop: from the write of a file to the first response with its text, of the real user-service
 * with its telemetry and a real PostgreSQL, under this workspace's runner and its peers in turn; then of a lib that all
 * services of a whole stack use, and of a broken save. Prints tables, and
 * writes all figures as JSON with `--json`. Resolves to the exit code.
 */
export async function benchLoop(argv: string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const options = readCommandLine(usage, () => readOptions(argv));
  if (options === undefined) return 2;
  const root = join(import.meta.dirname, '../../../..');
  await installPeers();
  const all = await contenders(root, process.execPath);
  const chosen = all.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
  const withStack = options.only.length === 0 || options.only.includes(stackName);
  if (chosen.length === 0 && !withStack) {
    console.error(
      `--only takes ${[...all, { name: stackName }].map(({ name }) => `"${name}"`).join(', ')}\nusage: ${usage}`,
    );
    return 2;
  }
  const results = chosen.length === 0 ? [] : await measureAll(root, chosen, options, environment);
  const stack = withStack ? await measureStack(root, options, environment) : undefined;
  const report = summarize(results, stack, {
    ...circumstances(),
    requestsPerSecond: options.rate,
  });
  await publish(report, table(report), options.json);
  return 0;
}

async function measureAll(
  root: string,
  chosen: Contender[],
  options: LoopOptions,
  environment: NodeJS.ProcessEnv,
): Promise<ContenderResult[]> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'bench-loop-')));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.once('exit', remove);
  // On exit, started processes are stopped and written files are removed.
  const exit = () => process.exit(1);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, exit);
  try {
    await chmod(folder, 0o755);
    await copyWorkspace(root, folder);
    const password = randomBytes(12).toString('hex');
    await using postgres = await startPostgres({ dir: join(folder, '.postgres'), password, temporary: true });
    const owned = { adminUrl: postgres.url, database: 'users', role: 'user_service', password };
    await ensureDatabase(owned);
    const results: ContenderResult[] = [];
    for (const contender of chosen) {
      console.error(`measuring ${contender.name} …`);
      const port = await findFreePort();
      const adminPort = await findFreePort();
      const env = {
        ...environment,
        NODE_COMPILE_CACHE: join(folder, '.compiled', contender.name),
        PORT: String(port),
        ADMIN_PORT: String(adminPort),
        LOG_LEVEL: 'warn',
        DATABASE_URL: `postgres://user_service@127.0.0.1:${postgres.port}/users`,
        DATABASE_PASSWORD: password,
        AUTH_SERVICE_URL: 'http://127.0.0.1:9',
        SERVICE_CLIENT_SECRET: randomBytes(24).toString('hex'),
      };
      results.push(await measure(contender, { folder, port, env }, options));
    }
    return results;
  } finally {
    process.off('exit', remove);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, exit);
    remove();
  }
}

async function measure(
  contender: Contender,
  place: { folder: string; port: number; env: NodeJS.ProcessEnv },
  options: LoopOptions,
): Promise<ContenderResult> {
  const { name, version } = contender;
  const timesMs: Record<EditKind, number[]> = { string: [], lib: [], burst: [] };
  new Edits(place.folder, '').reset();
  await using service = await startService(contender, place);
  const edits = new Edits(place.folder, service.url);
  await sleep(3000);
  // The first edits fill caches of each contender and are not counted.
  for (let warmUp = 0; warmUp < 2; warmUp += 1) {
    await edits.measure('string');
    await sleep(betweenMs);
  }
  const traffic = new Traffic(service.url, options.rate);
  const half = Math.ceil(options.edits / 2);
  for (const [kind, count] of [
    ['string', options.edits],
    ['lib', half],
    ['burst', half],
  ] as const) {
    for (let edit = 0; edit < count; edit += 1) {
      await sleep(betweenMs);
      timesMs[kind].push(await edits.measure(kind));
    }
  }
  await sleep(betweenMs);
  const answers = await traffic.stop();
  const connections = { new: tally(answers, edits.lives, 'new'), kept: tally(answers, edits.lives, 'kept') };
  return { name, version, timesMs, connections };
}
