import { expect, it } from 'vitest';
import type { Build } from './builds.ts';
import { summarize, tables } from './report.ts';

const image = (seconds: number, layers: string[]): Build => ({
  ...{ service: 'web', target: 'prod', seconds, layers, megabytes: 120.04 },
});

it('reports the build time and the new layers of each change', () => {
  const first = image(60, ['base', 'modules', 'code']);
  const second = image(1.26, ['base', 'modules', 'code 2']);
  const measured = [
    { change: 'first build', builds: [{ before: undefined, after: first }] },
    { change: 'source', builds: [{ before: first, after: second }] },
  ];
  const report = summarize(measured, { dev: 200, prod: 100 }, { date: '2026-01-02', machine: '2 cores' });
  expect(report.sizes).toEqual([{ service: 'web', target: 'prod', megabytes: 120, addedToBase: 20 }]);
  expect(report.changes.filter(({ target }) => target === 'prod')).toEqual([
    { change: 'source', target: 'prod', services: [{ service: 'web', seconds: 1.3, reused: 2, rebuilt: 1 }] },
  ]);
  expect(tables(report)).toContain('| source | prod | 1.3 s, 1 of 3 |');
});
