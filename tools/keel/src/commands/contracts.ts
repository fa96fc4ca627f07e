import { readPacts } from '@evenkeel/testing/pact-file';
import { contractMatrix } from '../contracts/contract-matrix.ts';
import { commitHere, contractsAt } from '../contracts/contracts-at.ts';
import { ChildFailed } from '../failure.ts';
import { listenForStop } from '../process/stop-signals.ts';
import { runVitest } from '../suites/run-vitest.ts';
import { conclude } from '../suites/tally.ts';
import type { Terminal } from '../terminal.ts';
import type { Workspace } from '../workspace.ts';

const CONSUMERS = 'consumer.contract.test';
const PROVIDERS = 'provider.contract.test';

/**
 * Runs the tests of consumers and providers, and prints who relies on what of whom. With `against`: only the providers,
 * with the contracts of that commit, whose consumers may still be running when this one is rolled out.
 *
 * @throws ChildFailed when a contract is broken or out of date; KeelError when the commit has no contracts
 */
export async function contracts(
  workspace: Workspace,
  terminal: Terminal,
  { against, write }: { against?: string; write: boolean },
): Promise<void> {
  const { root, env } = workspace;
  const { first } = listenForStop();
  const test = (variables: NodeJS.ProcessEnv, ...patterns: string[]) =>
    runVitest({ ...workspace, env: { ...env, ...variables } }, ['--project=integration', ...patterns], first);

  if (write) {
    const written = await test({ WRITE_CONTRACTS: '1' }, CONSUMERS);
    if (written.failed > 0) throw new ChildFailed(1);
  }
  await using past = against === undefined ? undefined : await contractsAt(workspace, against);
  const run = await (past === undefined ? test({}, CONSUMERS, PROVIDERS) : test({ CONTRACTS: past.folder }, PROVIDERS));
  const commit = await commitHere(root, env);
  terminal.print(`\n${contractMatrix(readPacts(past?.folder), run.contracts, { commit, past: past?.commit })}`);
  conclude(terminal, run);
}
