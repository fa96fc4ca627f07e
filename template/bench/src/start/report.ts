import { percentile } from '@evenkeel/containers';
import type { Cold, Warm } from './measure.ts';
import type { Packages } from './packages.ts';

export interface StartReport {
  date: string;
  machine: string;
  /** What was measured, such as `3f2c1aa`. */
  commit: string;
  npmCache: 'as it was' | 'empty';
  packages: Packages;
  cold: Cold;
  warm: (Warm & { p50Ms: number; ratio: number })[];
}

/** Sums up; `ratio` is how many times the last way's p50 each takes. */
export function summarize(
  measured: { cold: Cold; warm: Warm[]; packages: Packages },
  context: Pick<StartReport, 'date' | 'machine' | 'commit' | 'npmCache'>,
): StartReport {
  const peerMs = percentile(measured.warm.at(-1)?.readyMs ?? [], 0.5);
  const warm = measured.warm.map((way) => {
    const p50Ms = percentile(way.readyMs, 0.5);
    return { ...way, p50Ms, ratio: Math.round((p50Ms / peerMs) * 100) / 100 };
  });
  return { ...context, ...measured, warm };
}

/** Markdown tables: what the README shows. */
export function tables({ date, machine, commit, npmCache, packages, cold, warm }: StartReport): string {
  const first = `${seconds(cold.readyMs)} (npm ci: ${seconds(cold.installedMs)})`;
  const unknown = packages.unknown === 0 ? '' : `; ${packages.unknown} of them could not be weighed`;
  const peerMs = warm.at(-1)?.p50Ms ?? NaN;
  const starts = [
    [`first \`npm start\` in a clean clone, npm's cache ${npmCache}`, first, ratio(cold.readyMs / peerMs)],
    ...warm.map((way) => [`${way.name}, again`, spread(way.readyMs), ratio(way.ratio)]),
  ];
  const memory = warm.map(({ name, memory: held }) =>
    held === undefined
      ? [name, ...Array<string>(5).fill('not told by this system')]
      : [
          name,
          ...[held.total, held.services, held.stores, held.keel, held.launcher].map((mb) => `${mb.toFixed(0)} MB`),
        ],
  );
  return [
    `${machine}, ${date}, commit ${commit}`,
    `${packages.count} packages, ${packages.megabytes.toFixed(0)} MB to download with an empty npm cache${unknown}`,
    table(['start', 'all ready: p50 (from – to)', 'ratio'], starts),
    table(['memory (proportional set sizes)', 'stack', 'services', 'stores', 'keel', 'npm, not counted'], memory),
  ].join('\n\n');
}

function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function spread(times: number[]): string {
  const range = `${seconds(Math.min(...times))} – ${seconds(Math.max(...times))}`;
  return `${seconds(percentile(times, 0.5))} (${range}, ${times.length} runs)`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}

function ratio(value: number): string {
  return `${value.toFixed(2)}×`;
}
