import { mkdtemp, realpath, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CoverageMapData } from '@vitest/istanbul-lib-coverage';
import { afterAll, expect, it } from 'vitest';
import { summarize, updateCoverage } from './coverage-report.ts';

const root = await realpath(await mkdtemp(join(tmpdir(), 'coverage-map-')));
afterAll(() => rm(root, { recursive: true }));

/** A file with as many lines as there are counts, and how often each was run. */
async function file(path: string, counts: number[]): Promise<CoverageMapData> {
  const full = join(root, path);
  await mkdir(join(full, '..'), { recursive: true });
  await writeFile(full, '');
  const range = (line: number) => ({ start: { line, column: 0 }, end: { line, column: 1 } });
  const byIndex = <T>(values: readonly T[]) => Object.fromEntries(values.map((value, index) => [String(index), value]));
  const lines = { statementMap: byIndex(counts.map((_, index) => range(index + 1))), s: byIndex(counts) };
  return { [full]: { path: full, ...lines, fnMap: {}, f: {}, branchMap: {}, b: {} } };
}

const folders = ['apps/web', 'apps/web-admin', 'libs/http', 'libs/empty'];
const lines = (summary: ReturnType<typeof summarize>) =>
  Object.fromEntries(
    Object.entries(summary).map(([name, { lines }]) => [name, [lines.covered, lines.total, lines.pct]]),
  );

it('replaces what was measured again, keeps the rest, and adds it up', async () => {
  const earlier = {
    ...(await file('apps/web/src/old.ts', [1, 1])),
    ...(await file('apps/web/src/app.ts', [0, 0])),
    ...(await file('apps/web-admin/src/app.ts', [1, 0])),
    ...(await file('libs/http/src/listen.ts', [1, 1, 1, 0])),
    ...(await file('libs/http/src/deleted.ts', [0])),
  };
  await rm(join(root, 'libs/http/src/deleted.ts'));
  const measured = await file('apps/web/src/app.ts', [2, 0]);
  const map = updateCoverage(root, earlier, measured, ['apps/web']);
  expect(lines(summarize(root, map, folders))).toEqual({
    'apps/web': [1, 2, 50],
    'apps/web-admin': [1, 2, 50],
    'libs/http': [3, 4, 75],
    total: [5, 8, 62.5],
  });
});
