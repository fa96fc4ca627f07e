import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import {
  createCoverageMap,
  createCoverageSummary,
  type CoverageMap,
  type CoverageMapData,
  type CoverageSummaryData,
} from '@vitest/istanbul-lib-coverage';

/** Istanbul's figures for each package, by its folder, and in `total` their sum. */
export type PackageSummary = Record<string, CoverageSummaryData>;

/** What was measured of some packages, and of the others what was measured earlier. Files that are gone are left out. */
export function updateCoverage(
  root: string,
  earlier: CoverageMapData,
  measured: CoverageMapData,
  folders: readonly string[],
): CoverageMap {
  const map = createCoverageMap(earlier);
  map.filter((file) => existsSync(file) && !folders.some((folder) => isWithin(root, folder, file)));
  map.merge(measured);
  return map;
}

/** @param folders of all packages; those of which nothing was ever measured are left out */
export function summarize(root: string, map: CoverageMap, folders: readonly string[]): PackageSummary {
  const entries = folders.flatMap((folder) => {
    const files = map.files().filter((file) => isWithin(root, folder, file));
    const summary = createCoverageSummary();
    for (const file of files) summary.merge(map.fileCoverageFor(file).toSummary());
    return files.length === 0 ? [] : [[folder, summary.toJSON()]];
  });
  return Object.fromEntries([...entries, ['total', map.getCoverageSummary().toJSON()]]) as PackageSummary;
}

function isWithin(root: string, folder: string, file: string): boolean {
  return file.startsWith(join(root, folder) + sep);
}
