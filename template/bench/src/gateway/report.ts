import { percentile } from '@evenkeel/containers';
import { equalName, gatewayName } from './contenders.ts';
import type { Cores } from './cores.ts';
import type { LoadResult } from './load/main.ts';

/** The median of all rounds, with the lowest and the highest. */
export interface Spread {
  median: number;
  from: number;
  to: number;
}

export interface Measured {
  name: string;
  version?: string | undefined;
  rounds: readonly LoadResult[];
}

interface Figures {
  requestsPerSecond: Spread;
  cpuUsPerRequest: Spread;
  p50Ms: Spread;
  p99Ms: Spread;
}

export interface GatewayResult extends Measured, Figures {
  /** Divided by the figures of the first contender in the same round. */
  ratios: Figures;
  /** The part of its core that it used. Well below 1, something else was the limit. */
  busy: Spread;
  /** Requests without a complete response with status 200, and their outcomes. */
  failed: number;
  outcomes: string[];
}

interface Context {
  date: string;
  machine: string;
  cores: Cores | undefined;
  redis: string;
  connections: number;
  users: number;
  seconds: number;
  /** Memory of the gateway some time after its start, before any load. */
  restMegabytes: number | undefined;
}

export interface GatewayReport extends Context {
  results: GatewayResult[];
  /** Requests a second of the gateway, divided by those of the peer with the same features. */
  overEqual: Spread | undefined;
}

const figures: Readonly<Record<keyof Figures, (round: LoadResult) => number>> = {
  requestsPerSecond: ({ responses, seconds }) => responses / seconds,
  cpuUsPerRequest: ({ cpuUs, responses }) => cpuUs / responses,
  p50Ms: ({ p50Ms }) => p50Ms,
  p99Ms: ({ p99Ms }) => p99Ms,
};

/** Sums up. Ratios are taken within each round, between contenders measured seconds apart, before their median. */
export function summarize(measured: readonly Measured[], context: Context): GatewayReport {
  const bare = measured[0] as Measured;
  const [gateway, equal] = [gatewayName, equalName].map((name) => measured.find((result) => result.name === name));
  return {
    ...context,
    results: measured.map((result) => {
      const { rounds } = result;
      const failures = rounds.flatMap((round) => Object.entries(round.failures));
      return {
        ...result,
        ...figuresOf((of) => rounds.map(of)),
        ratios: ratios(result, bare),
        busy: spread(rounds.map(({ cpuUs, seconds }) => cpuUs / 1e6 / seconds)),
        failed: failures.reduce((sum, [, count]) => sum + count, 0),
        outcomes: [...new Set(failures.map(([outcome]) => outcome))],
      };
    }),
    overEqual: gateway && equal && ratios(gateway, equal).requestsPerSecond,
  };
}

function ratios(one: Measured, other: Measured): Figures {
  return figuresOf((of) => one.rounds.map((round, index) => of(round) / of(other.rounds[index] as LoadResult)));
}

function figuresOf(values: (of: (round: LoadResult) => number) => number[]): Figures {
  const each = Object.entries(figures).map(([name, of]) => [name, spread(values(of))]);
  return Object.fromEntries(each) as Figures;
}

function spread(values: number[]): Spread {
  return { median: percentile(values, 0.5), from: Math.min(...values), to: Math.max(...values) };
}

/** A Markdown table: what the README shows. */
export function tables(report: GatewayReport): string {
  const { machine, date, cores, redis, connections, users, seconds, results, overEqual, restMegabytes } = report;
  const rounds = results[0]?.rounds.length ?? 0;
  const head = ['', 'requests/s', '÷ bare', 'CPU a request', '÷ bare', 'p50', 'p99', '÷ bare', 'of its core', 'failed'];
  const rows = results.map(
    ({ name, version, requestsPerSecond, cpuUsPerRequest, p50Ms, p99Ms, ratios, busy, ...rest }) => [
      version === undefined ? name : `${name} (${version})`,
      requestsPerSecond.median.toFixed(0),
      withRange(ratios.requestsPerSecond),
      `${cpuUsPerRequest.median.toFixed(1)} µs`,
      withRange(ratios.cpuUsPerRequest),
      `${p50Ms.median.toFixed(1)} ms`,
      `${p99Ms.median.toFixed(1)} ms`,
      withRange(ratios.p99Ms),
      `${(busy.median * 100).toFixed(0)} %`,
      [rest.failed, ...rest.outcomes].join(', '),
    ],
  );
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [
    `${machine}, ${date}, ${redis}`,
    `${connections} connections, ${users} users, medians of ${rounds} rounds of ${seconds} s (from – to)`,
    cores === undefined
      ? 'No core was reserved: contenders share all cores with the load. That takes two cores and taskset.'
      : `Each contender alone on core ${cores.contender}, all else on ${cores.others}`,
    '',
    ...[head, head.map(() => '---'), ...rows].map(line),
    ...(overEqual === undefined ? [] : ['', `${gatewayName} ÷ ${equalName}, requests/s: ${withRange(overEqual)}`]),
    ...(restMegabytes === undefined ? [] : ['', `Memory of the gateway at rest: ${restMegabytes.toFixed(0)} MB`]),
  ].join('\n');
}

function withRange({ median, from, to }: Spread): string {
  return `${median.toFixed(2)} (${from.toFixed(2)} – ${to.toFixed(2)})`;
}
