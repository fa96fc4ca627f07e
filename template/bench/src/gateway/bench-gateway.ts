import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort, startRedis } from '@evenkeel/local-stores';
import { createTestKeys } from '@evenkeel/tokens/testing';
import { circumstances, publish, readCommandLine } from '../measurement.ts';
import { installPeers } from '../peers.ts';
import { startContender } from './contender-process.ts';
import { bareName, contenders, gatewayName, type Contender } from './contenders.ts';
import { reserveCore } from './cores.ts';
import { startHelper } from './helper-process.ts';
import { measureRounds, type Run } from './measure.ts';
import { readOptions, usage } from './options.ts';
import { residentMegabytes } from './process-usage.ts';
import { summarize, tables } from './report.ts';

const users = 1_024;
const connections = 64;
const path = '/users/me';
/** Longer than all rounds. */
const tokenLifetimeS = 86_400;
/** Until the memory that a start needs is released. */
const restMs = 10_000;

/**
 * Measures the gateway alone, as one process on one core, beside a bare proxy, itself without each of its features, and
 * its peers: requests a second, CPU time a request, and latency. Resolves to the exit code, 1 when a request failed.
 */
export async function benchGateway(argv: string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const options = readCommandLine(usage, () => readOptions(argv));
  if (options === undefined) return 2;
  const root = join(import.meta.dirname, '../../../..');
  await installPeers();
  const all = contenders();
  const isChosen = ({ name }: Contender) => name === bareName || options.only.includes(name);
  if (!options.only.every((name) => all.some((contender) => contender.name === name))) {
    console.error(`--only takes ${all.map(({ name }) => `"${name}"`).join(', ')}\nusage: ${usage}`);
    return 2;
  }
  const chosen = options.only.length === 0 ? all : all.filter(isChosen);

  await using started = new AsyncDisposableStack();
  const end = () => void started.disposeAsync().finally(() => process.exit(1));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
  const cores = reserveCore();
  const folder = await mkdtemp(join(tmpdir(), 'bench-gateway-'));
  started.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const helper = (name: string) => started.use(startHelper(join(import.meta.dirname, name, 'main.ts')));
  const helpers = { upstream: helper('upstream'), collector: helper('collector'), load: helper('load') };
  const redisPassword = randomBytes(16).toString('hex');
  const found = { env: environment, toolsDir: join(root, '.keel', 'tools') };
  const redis = started.use(
    await startRedis({ dir: join(folder, 'redis'), password: redisPassword, temporary: true, ...found }),
  );
  const keys = createTestKeys();
  const [token, ...tokens] = Array.from({ length: users }, () => keys.userToken({ lifetime: tokenLifetimeS })) as [
    string,
  ];
  const connected = {
    ...{ redisUrl: redis.url, redisPassword },
    upstreamUrl: `http://127.0.0.1:${await helpers.upstream.ask<number>(keys.jwks)}`,
    collectorUrl: `http://127.0.0.1:${await helpers.collector.ask<number>('port')}`,
  };
  const start = async (contender: Contender) => {
    const place = { ...connected, port: await findFreePort(), adminPort: await findFreePort() };
    const given = { root, folder, path: environment['PATH'], core: cores?.contender, request: { path, token } };
    return started.use(await startContender(contender, place, given));
  };

  const runs: Run[] = [];
  for (const contender of chosen) {
    console.error(`starting ${contender.name} …`);
    const running = await start(contender);
    running.pause();
    runs.push({ contender, running, rounds: [] });
  }
  const load = { path, tokens: [token, ...tokens], connections, measuredMs: options.seconds * 1000 };
  await measureRounds(runs, options.rounds, helpers, load);

  const gateway = chosen.find(({ name }) => name === gatewayName);
  let restMegabytes: number | undefined;
  if (gateway !== undefined) {
    const atRest = await start(gateway);
    await sleep(restMs);
    restMegabytes = residentMegabytes(atRest.pid);
  }
  const { seconds } = options;
  const results = runs.map(({ contender: { name, version }, rounds }) => ({ name, version, rounds }));
  const context = { ...circumstances(), ...{ redis: redis.description, cores, connections, users, seconds } };
  const report = summarize(results, { ...context, restMegabytes });
  await publish(report, tables(report), options.json);
  return report.results.some(({ failed }) => failed > 0) ? 1 : 0;
}
