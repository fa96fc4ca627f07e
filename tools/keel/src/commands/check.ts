import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { checkGenerated, checkParity, formatProblem, type Problem } from '@evenkeel/stack';
import { KeelError } from '../failure.ts';
import { runNode } from '../process/run-node.ts';
import type { Terminal } from '../terminal.ts';
import type { Workspace } from '../workspace.ts';

/** Format, lint, types, boundaries, generated files and parity. */
export async function check({ root, env }: Workspace, terminal: Terminal): Promise<void> {
  const { colors } = terminal;
  const steps = checkSteps(root, env);
  const failed = await runSteps(steps, Math.min(availableParallelism(), 3), ({ name }, wrong, ms) => {
    const took = colors.dim(`(${(ms / 1000).toFixed(1)} s)`);
    terminal.print(
      wrong === '' ? `${colors.green('✓')} ${name} ${took}` : `${colors.red('✗')} ${name} ${took}\n${wrong}`,
    );
  });
  if (failed.length === 0) return;
  const fix = failed.includes('format') ? { fix: 'npx prettier --write .' } : {};
  throw new KeelError(`Checks failed: ${failed.join(', ')}`, fix);
}

/** A check of the repository: what is wrong, as text; `''` when nothing is. */
interface CheckStep {
  name: string;
  run: () => Promise<string>;
}

/** All checks. None of them changes a file of the repository. */
function checkSteps(root: string, env: NodeJS.ProcessEnv): CheckStep[] {
  const node = (file: string, ...args: string[]) =>
    outputUnlessOk([join(root, 'node_modules', file), ...args], root, env);
  const isProject = (folder: string) => existsSync(join(root, folder, 'tsconfig.json'));
  return [
    { name: 'types', run: () => node('typescript/bin/tsc', '--build', ...['.', 'template'].filter(isProject)) },
    { name: 'lint and boundaries', run: () => node('eslint/bin/eslint.js', '.', '--max-warnings=0') },
    { name: 'format', run: () => node('prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.') },
    { name: 'generated files', run: async () => describe(await checkGenerated(root)) },
    { name: 'parity', run: async () => describe(await checkParity(root)) },
  ];
}

/** Runs the steps, at most so many at once, and reports each as it finishes. Returns the names of those that failed. */
export async function runSteps(
  steps: readonly CheckStep[],
  atOnce: number,
  report: (step: CheckStep, wrong: string, ms: number) => void,
): Promise<string[]> {
  const waiting = [...steps];
  const failed: string[] = [];
  const work = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const began = performance.now();
      const wrong = await step.run().catch((error: Error) => error.message);
      if (wrong !== '') failed.push(step.name);
      report(step, wrong, performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return failed;
}

function describe(problems: readonly Problem[]): string {
  return problems.map(formatProblem).join('\n');
}

async function outputUnlessOk(args: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  const { code, stdout, stderr } = await runNode(args, { cwd, env });
  return code === 0 ? '' : `${stdout}${stderr}`.trim() || `it exited with code ${code}`;
}
