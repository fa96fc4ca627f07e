import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { serveOnFreePort, startService, testRedis } from '@evenkeel/testing';
import { expect, onTestFinished } from 'vitest';
import { compileReloader, shippedOptions } from './compiled.ts';
import { Load } from './load.ts';
import { startReloader } from './scene.ts';
import { swap } from './swap.ts';

const gatewayFolder = join(import.meta.dirname, '../../api-gateway');
const SAMPLES = 20;

const routes = (name: string, upstream = 'user-service') => `routes:
  - { prefix: /users, upstream: ${upstream}, token: none }
response_headers: { X-Routes: ${name} }
`;

const manners = {
  'in place': (folder: string, text: string) => writeFileSync(join(folder, 'routes.yaml'), text),
  'by rename': (folder: string, text: string) => {
    writeFileSync(join(folder, '.routes.yaml.new'), text);
    renameSync(join(folder, '.routes.yaml.new'), join(folder, 'routes.yaml'));
  },
  'by ..data': (folder: string, text: string) => {
    if (!readdirSync(folder).includes('..data')) rmSync(join(folder, 'routes.yaml'));
    swap(folder, { 'routes.yaml': text });
  },
};

/**
 * Swaps the routes of a gateway under load so many times, a third in each manner and one in ten with a mistake, with the
 * reloader as it is shipped. No request may fail and no mistake come into force; nothing may grow. Prints what it took.
 */
export async function expectSwapsToApply(count: number): Promise<void> {
  const { config, gateway, reloader } = await startBoth();
  const load = new Load(`${gateway.url}/users`);
  await load.sees('first');
  const times: number[] = [];
  const samples: Usage[] = [];
  for (let index = 0; index < count; index++) {
    const manner = Object.values(manners)[Math.floor((index * 3) / count)];
    const isMistake = index % 10 === 9;
    const name = `${isMistake ? 'mistake' : 'good'}-${String(index)}`;
    const { refused_at } = await gateway.configuration();
    const begun = performance.now();
    manner?.(config, routes(name, isMistake ? 'nobody' : 'user-service'));
    if (isMistake) {
      await expect.poll(async () => (await gateway.configuration()).refused_at, { interval: 10 }).not.toBe(refused_at);
    } else {
      await load.sees(name);
      times.push(performance.now() - begun);
    }
    if ((index + 1) % Math.ceil(count / SAMPLES) === 0) samples.push(usageOf(reloader.child.pid, gateway.child.pid));
  }
  await load.stop();
  await expect.poll(() => reloader.lines(/applied|refused/).length).toBeGreaterThanOrEqual(count);
  print(count, load, times, samples);

  expect(load.failures).toEqual([]);
  expect([...load.seen].filter((name) => !/^(first|good-\d+)$/.test(name))).toEqual([]);
  // The log is written with a delay.
  await expect.poll(() => reloader.lines(/refused/).length).toBe(Math.floor(count / 10));
  expect(reloader.lines(/does not say|cannot signal/)).toEqual([]);
  expect(percentile(times, 50)).toBeLessThan(1_000);
  expect(Math.max(...samples.map(({ reloader: { megabytes } }) => megabytes))).toBeLessThanOrEqual(60);
  // Before, code is being compiled and caches fill.
  if (count >= 1_000) expectFlat(samples);
}

async function startBoth() {
  const folder = mkdtempSync(join(tmpdir(), 'swaps-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [config, pidFile] = [join(folder, 'config'), join(folder, 'gateway.pid')];
  mkdirSync(config);
  writeFileSync(join(config, 'routes.yaml'), routes('first'));
  const [redis, upstream] = await Promise.all([testRedis(), serveOnFreePort((_, response) => void response.end('[]'))]);
  onTestFinished(async () => {
    await Promise.all([redis.close(), upstream.close()]);
  });
  const gateway = await startService(join(gatewayFolder, 'src/main.ts'), {
    ...Object.fromEntries((await upstreamVariables()).map((variable) => [variable, upstream.url])),
    REDIS_URL: redis.url,
    REDIS_PASSWORD: redis.password,
    ROUTES_FILE: join(config, 'routes.yaml'),
    LOG_LEVEL: 'warn',
  });
  onTestFinished(() => gateway[Symbol.asyncDispose]());
  await gateway.ready;
  writeFileSync(pidFile, String(gateway.child.pid));
  const healthz = `${gateway.admin}/healthz`;
  const args = ['--service', 'api-gateway', '--watch', config, '--pid-file', pidFile, '--healthz', healthz];
  const reloader = await startReloader(args, compileReloader(join(folder, 'compiled')), shippedOptions);
  await expect.poll(() => reloader.lines(/applied/)).toHaveLength(1);
  const configuration = async () =>
    ((await (await fetch(healthz)).json()) as { config: { refused_at?: string } }).config;
  return { config, gateway: { ...gateway, configuration }, reloader };
}

/** An app is never imported by name, but what it is configured by is there to be read. */
async function upstreamVariables(): Promise<string[]> {
  const file = pathToFileURL(join(gatewayFolder, 'src/upstream-variables.ts')).href;
  return Object.values(((await import(file)) as { upstreamVariables: Record<string, string> }).upstreamVariables);
}

type Usage = Record<'reloader' | 'gateway', { descriptors: number; megabytes: number }>;

function usageOf(reloader: number | undefined, gateway: number | undefined): Usage {
  const of = (pid: number | undefined) => ({
    descriptors: readdirSync(`/proc/${String(pid)}/fd`).length,
    megabytes: Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1]) / 1024,
  });
  return { reloader: of(reloader), gateway: of(gateway) };
}

/** The second half against the quarter before it. */
function expectFlat(samples: readonly Usage[]): void {
  const [quarter, half] = [Math.floor(samples.length / 4), Math.floor(samples.length / 2)];
  for (const [program, slackMegabytes] of [
    ['reloader', 5],
    ['gateway', 25],
  ] as const) {
    const most = (key: 'descriptors' | 'megabytes', from: number, to?: number) =>
      Math.max(...samples.slice(from, to).map((sample) => sample[program][key]));
    // Connections of the load, and to healthz, come and go.
    expect(most('descriptors', half), program).toBeLessThanOrEqual(most('descriptors', quarter, half) + 6);
    expect(most('megabytes', half), program).toBeLessThan(most('megabytes', quarter, half) + slackMegabytes);
  }
}

function percentile(values: readonly number[], percent: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length * percent) / 100)] ?? 0;
}

function print(count: number, load: Load, times: readonly number[], samples: readonly Usage[]): void {
  const [p50, p95, most] = [50, 95, 99.99].map((percent) => `${percentile(times, percent).toFixed(0)} ms`);
  const range = (program: keyof Usage, key: 'descriptors' | 'megabytes') => {
    const values = samples.map((sample) => sample[program][key]);
    return [values[0], Math.max(...values), values.at(-1)].map((value) => value?.toFixed(0)).join('/');
  };
  const usage = (program: keyof Usage) =>
    `${program} ${range(program, 'megabytes')} MB, ${range(program, 'descriptors')} descriptors (first/most/last)`;
  console.log(
    `${String(count)} swaps, ${String(load.requests)} requests, ${String(load.failures.length)} failed; save to in force: ` +
      `p50 ${p50 ?? ''}, p95 ${p95 ?? ''}, most ${most ?? ''}; ${usage('reloader')}; ${usage('gateway')}`,
  );
}
