import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Dashboard, GridPos, Panel } from '@grafana/schema';
import { describe, expect, it } from 'vitest';
import { dashboardFile, dashboards } from './dashboard-files.ts';
import { layOut, row } from './layout.ts';
import { logs } from './panels/logs.ts';
import { listQueries, namesIn } from './queries/index.ts';
import { linksOf } from './queries/queries-of-dashboard.ts';
import { queriesOfLink } from './queries/queries-of-link.ts';
import { dataSources, lines, type Query } from './query.ts';

const root = resolve(import.meta.dirname, '../../..');
const made = Object.entries<Dashboard>(dashboards(['a-gateway', 'another']));
const uids = made.map(([, { uid }]) => uid);
const sources: readonly unknown[] = Object.values(dataSources);

const placeOf = ({ gridPos }: { gridPos?: GridPos }): GridPos => gridPos ?? { x: 0, y: 0, w: 0, h: 0 };
const overlap = (a: GridPos, b: GridPos): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

/** Pairs of panels of which one covers a part of the other. */
function overlaps(panels: readonly { title?: string; gridPos?: GridPos }[]): string[] {
  return panels.flatMap((panel, index) =>
    panels
      .slice(0, index)
      .filter((other) => overlap(placeOf(panel), placeOf(other)))
      .map((other) => `${String(panel.title)}, ${String(other.title)}`),
  );
}

/** Links of a panel to a dashboard or data source that is not there. */
function lostLinks(panel: Panel): string[] {
  const lost = ({ url }: { url: string }): boolean => {
    const [, uid] = /^\/d\/(\w+)\?/.exec(url) ?? [];
    if (uid !== undefined) return !uids.includes(uid);
    const opened = queriesOfLink(url);
    return opened.length === 0 || opened.some(({ datasource }) => !sources.includes(datasource.uid));
  };
  return linksOf(panel)
    .filter(lost)
    .map(({ url }) => url);
}

describe.each(made)('%s', (file, dashboard) => {
  const all = dashboard.panels ?? [];
  const panels = all.filter((panel): panel is Panel => panel.type !== 'row');

  it('has panels with ids and places of their own', () => {
    expect(panels.length).toBeGreaterThan(10);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(overlaps(all)).toEqual([]);
    expect(all.filter((panel) => placeOf(panel).x + placeOf(panel).w > 24)).toEqual([]);
  });

  it.each(panels)('$title: is described, and asks a data source that is provisioned', (panel) => {
    const { title, description, targets = [] } = panel;
    expect(title).toMatch(/^[A-Z]/);
    expect(description).toMatch(/^[A-Z0-9].*\.$/);
    expect(sources).toContain(panel.datasource?.uid);
    const queries = targets as unknown as Query[];
    expect(queries.length).toBeGreaterThan(0);
    expect(queries.filter(({ datasource }) => datasource.uid !== panel.datasource?.uid)).toEqual([]);
    if (panel.type === 'timeseries') expect(panel.fieldConfig?.defaults.unit).toBeTruthy();
  });

  it('links to dashboards and data sources that exist', () => {
    expect(panels.flatMap(linksOf).length).toBeGreaterThan(0);
    expect(panels.flatMap(lostLinks)).toEqual([]);
  });

  it('is written the same way each time', () => {
    const name = file as keyof ReturnType<typeof dashboards>;
    expect(dashboardFile(name, ['a-gateway'])).toBe(dashboardFile(name, ['a-gateway']));
  });
});

it('finds panels that overlap and links that lead nowhere', () => {
  const at = (title: string, x: number, y: number) => ({ title, gridPos: { x, y, w: 12, h: 8 } });
  expect(overlaps([at('a', 0, 0), at('b', 12, 0), at('c', 6, 7)])).toEqual(['c, a', 'c, b']);
  const links = ['/d/stack?from=0', '/d/gone?from=0', '/explore?panes={"a":{"queries":[{"datasource":{"uid":"x"}}]}}'];
  const defaults = { links: links.map((url) => ({ title: '', url })) };
  expect(lostLinks({ type: 'table', fieldConfig: { defaults, overrides: [] } })).toEqual(links.slice(1));
});

it('places the panels of a line side by side, and lines below each other', () => {
  const panel = logs({ title: 'Logs', description: '', queries: [lines('{a="b"}')] });
  const placed = layOut([row('First', [panel, { ...panel, height: 10 }, panel], [panel]), row('Second', [panel])]);
  expect(placed.map(({ gridPos }) => gridPos)).toEqual([
    { x: 0, y: 0, w: 24, h: 1 },
    { x: 0, y: 1, w: 8, h: 10 },
    { x: 8, y: 1, w: 8, h: 10 },
    { x: 16, y: 1, w: 8, h: 10 },
    { x: 0, y: 11, w: 24, h: 8 },
    { x: 0, y: 19, w: 24, h: 1 },
    { x: 0, y: 20, w: 24, h: 8 },
  ]);
});

describe('the metrics in the queries', () => {
  const reference = join(root, 'docs/reference/metrics.md');
  /** Of Prometheus and of the exporters beside it. */
  const others = /^(ALERTS|up|scrape_\w+|probe_\w+|otelcol_\w+|config_reloader_\w+)$/;

  it.runIf(existsSync(reference))('are in docs/reference/metrics.md', () => {
    const documented = readFileSync(reference, 'utf8');
    const named = listQueries(root)
      .filter(({ language }) => language === 'promql')
      .flatMap(namesIn);
    const series = [...new Set(named)].filter((name) => !others.test(name));
    const known = (name: string): boolean =>
      [name, name.replace(/_(bucket|sum|count)$/, '')].some((each) => documented.includes(`\`${each}\``));
    expect(series.filter((name) => !known(name))).toEqual([]);
  });
});
