import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CoverageMap } from '@vitest/istanbul-lib-coverage';
import { create, createContext } from '@vitest/istanbul-lib-report';
import type { PackageSummary } from './coverage-map.ts';

/** What the next run of some packages keeps of the others. */
export const MAP_FILE = 'coverage-final.json';
const SUMMARY_FILE = 'coverage-summary.json';
const KEPT = ['.gitignore', MAP_FILE, SUMMARY_FILE];

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
