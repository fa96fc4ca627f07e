import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { loadPackageGraph, suggestion, type WorkspacePackage } from '@evenkeel/stack';
import type { CoverageMapData } from '@vitest/istanbul-lib-coverage';
import { KeelError } from '../failure.ts';
import { listenForStop } from '../process/stop-signals.ts';
import { readJson } from '../state/json-file.ts';
import { MAP_FILE, summarize, updateCoverage, writeReport, type PackageSummary } from '../suites/coverage-report.ts';
import { runVitest } from '../suites/run-vitest.ts';
import { conclude } from '../suites/tally.ts';
import type { Terminal } from '../terminal.ts';
import type { Workspace } from '../workspace.ts';

/**
 * Runs the unit and integration tests of the named packages, or of all, and reports what they cover there, in the
 * processes that they start as well. What was measured earlier of other packages stays in the report.
 *
 * @throws ChildFailed when tests failed; the report is written all the same
 */
export async function coverage(workspace: Workspace, terminal: Terminal, names: readonly string[]): Promise<void> {
  const { root, stateDir } = workspace;
  const { packages } = await loadPackageGraph(root);
  const all = packages.map(({ folder }) => folder);
  const chosen = names.length === 0 ? all : names.map((name) => folderOf(name, packages));
  const { first } = listenForStop();
  const measured = join(stateDir, `coverage-${process.pid}`);
  try {
    const args = ['--project=unit', '--project=integration', `--coverage=${measured}`];
    const tally = await runVitest(workspace, [...args, ...chosen.map((folder) => `${folder}/`)], first);
    const map = await readJson<CoverageMapData>(join(measured, MAP_FILE));
    if (map !== undefined) {
      const report = join(root, 'coverage');
      const earlier = (await readJson<CoverageMapData>(join(report, MAP_FILE))) ?? {};
      const updated = updateCoverage(root, earlier, map, chosen);
      const summary = summarize(root, updated, all);
      await writeReport(report, updated, summary);
      terminal.print(`\n${formatSummary(summary, chosen)}\n\nLine by line: ${join(report, 'index.html')}`);
    }
    conclude(terminal, tally);
  } finally {
    await rm(measured, { recursive: true, force: true });
  }
}

/** @throws KeelError for a name that is neither a package's, nor its folder's, nor the last part of that */
function folderOf(name: string, packages: readonly WorkspacePackage[]): string {
  // As a shell completes it.
  const word = name.replace(/^\.\//, '').replace(/\/$/, '');
  const namesOf = ({ folder, name }: WorkspacePackage) => [folder, basename(folder), name];
  const found = packages.find((each) => namesOf(each).includes(word));
  if (found !== undefined) return found.folder;
  const hint = suggestion(word, packages.flatMap(namesOf)) || `; the packages are in apps/, libs/ and tools/`;
  throw new KeelError(`No such package: ${JSON.stringify(name)}${hint}`, { exitCode: 2 });
}

/** The share of lines that are covered, of these packages and of all. */
function formatSummary(summary: PackageSummary, folders: readonly string[]): string {
  const rows = [...folders, 'total'].flatMap((name) =>
    summary[name] === undefined ? [] : [[name, summary[name]] as const],
  );
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, { lines }]) => `${name.padEnd(width)}  ${String(lines.pct).padStart(5)} %`).join('\n');
}
