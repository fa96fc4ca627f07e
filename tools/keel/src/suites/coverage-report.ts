import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { createCoverageMap, createCoverageSummary } from '@vitest/istanbul-lib-coverage';
import type { CoverageMap, CoverageMapData, CoverageSummaryData } from '@vitest/istanbul-lib-coverage';
import { create, createContext } from '@vitest/istanbul-lib-report';

/** What the next run of some packages keeps of the others. */
export const MAP_FILE = 'coverage-final.json';
const SUMMARY_FILE = 'coverage-summary.json';
const KEPT = ['.gitignore', MAP_FILE, SUMMARY_FILE];

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

/** Writes the pages to read, the map and the summary. The folder itself stays, since containers have it mounted. */
export async function writeReport(folder: string, map: CoverageMap, summary: PackageSummary): Promise<void> {
  await mkdir(folder, { recursive: true });
  const pages = (await readdir(folder)).filter((name) => !KEPT.includes(name));
  await Promise.all(pages.map((name) => rm(join(folder, name), { recursive: true })));
  create('html').execute(createContext({ dir: folder, coverageMap: map, defaultSummarizer: 'nested' }));
  await replaceFile(join(folder, MAP_FILE), map);
  await replaceFile(join(folder, SUMMARY_FILE), summary);
}

/** Services read the summary at any time: they must not find half of it. */
async function replaceFile(file: string, content: unknown): Promise<void> {
  await writeFile(`${file}.unfinished`, JSON.stringify(content));
  await rename(`${file}.unfinished`, file);
}
