import { join } from 'node:path';
import { circumstances, publish, readCommandLine } from '../measurement.ts';
import { installPeers, peerVersion } from '../peers.ts';
import { bareName, contenders, gatewayName, restName, type Contender } from './contenders.ts';
import { measureRounds, memoryAtRest, type Run } from './measure.ts';
import { readOptions, usage } from './options.ts';
import { summarize, tables } from './report.ts';
import { openSetting } from './setting.ts';

const users = 1_024;
const connections = 64;

/**
 * Measures the gateway alone, as one process on one core, beside a bare proxy, itself without each of its features, and
 * its peers: requests a second, CPU time a request, and latency. Resolves to the exit code, 1 when a request failed.
 */
export async function benchGateway(argv: string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const options = readCommandLine(usage, () => readOptions(argv));
  if (options === undefined) return 2;
  const all = contenders(options.against);
  const names = [...all.map(({ name }) => name), restName];
  if (!options.only.every((name) => names.includes(name))) {
    console.error(`--only takes ${names.map((name) => `"${name}"`).join(', ')}\nusage: ${usage}`);
    return 2;
  }
  const isChosen = (name: string) => options.only.length === 0 || options.only.includes(name);
  const chosen = all.filter(({ name, root }) => name === bareName || root !== undefined || isChosen(name));
  if (chosen.some(({ peer }) => peer !== undefined)) await installPeers();

  await using setting = await openSetting(join(import.meta.dirname, '../../../..'), environment, users);
  const end = () => void Promise.resolve(setting[Symbol.asyncDispose]()).finally(() => process.exit(1));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
  const runs: Run[] = [];
  for (const contender of chosen) {
    console.error(`starting ${contender.name} …`);
    const running = await setting.start(contender);
    running.pause();
    runs.push({ contender, running, rounds: [], sentBytes: 0 });
  }
  const { cores, redis, path, tokens } = setting;
  const measuredMs = options.seconds * 1000;
  await measureRounds(runs, options.rounds, setting, { path, tokens, connections, measuredMs });
  const gateway = all.find(({ name }) => name === gatewayName) as Contender;
  const restMegabytes = isChosen(restName) ? await memoryAtRest(() => setting.start(gateway)) : undefined;

  const results = runs.map(async ({ contender: { name, version, peer }, rounds }) => {
    return { name, version: peer === undefined ? version : await peerVersion(peer), rounds };
  });
  const context = { ...circumstances(), cores, redis, connections, users, seconds: options.seconds, restMegabytes };
  const report = summarize(await Promise.all(results), context);
  await publish(report, tables(report), options.json);
  return report.results.some(({ failed }) => failed > 0) ? 1 : 0;
}
