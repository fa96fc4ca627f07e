import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ADMIN_EMAIL, entryServices } from '@evenkeel/stack';
import { describeFailure, KeelError } from '../failure.ts';
import { findFreeOffset, wantedPorts } from '../ports/taken-ports.ts';
import { runNodeThrough } from '../process/run-node.ts';
import { listenForStop } from '../process/stop-signals.ts';
import { readStackFile } from '../stack/stack-file.ts';
import { noSuchTest } from '../suites/no-such-test.ts';
import { runVitest } from '../suites/run-vitest.ts';
import { BROKEN, conclude, isEmpty, sum, type Tally } from '../suites/tally.ts';
import type { Terminal } from '../terminal.ts';
import { openWorkspace, type Workspace } from '../workspace.ts';
import { ACCEPTANCE } from './acceptance.ts';
import { up } from './up.ts';

/**
 * All that can run on this machine: unit and integration tests, then the acceptance suite against a stack of its own.
 * With patterns: only the test files whose path contains one of them.
 */
export async function test(workspace: Workspace, terminal: Terminal, patterns: readonly string[]): Promise<void> {
  const { first } = listenForStop();
  const ofVitest = await runVitest(workspace, patterns, first);
  if (patterns.length > 0 && !first.aborted && isEmpty(ofVitest)) throw noSuchTest(patterns);
  if (patterns.length > 0 || first.aborted) return conclude(terminal, ofVitest);
  const ofApi = await runAcceptance(workspace, terminal).catch((error: unknown) => {
    terminal.complain(describeFailure(error));
    return BROKEN;
  });
  conclude(terminal, sum([ofVitest, ofApi]));
}

/** Starts a stack of its own, beside one that may be up, and runs the acceptance suite against it. */
async function runAcceptance({ root, stateDir, env, portOffset }: Workspace, terminal: Terminal): Promise<Tally> {
  const ports = wantedPorts(await readStackFile(root)).map(({ port }) => port);
  const offset = await findFreeOffset(ports, Math.max(portOffset, 0) + 10_000);
  if (offset === undefined) throw new KeelError('Not enough free ports for a second stack');
  const ownDir = join(stateDir, `acceptance-${process.pid}`);
  const resultFile = join(ownDir, 'acceptance.json');
  // The administrator in the environment or .env belongs to another stack.
  const admin = { ADMIN_EMAIL, ADMIN_PASSWORD: randomUUID() };
  const own = { ...env, ...admin, KEEL_STATE_DIR: ownDir, PORT_OFFSET: String(offset) };
  terminal.print('Starting a separate stack for the acceptance suite …');
  try {
    await up(
      openWorkspace(root, own),
      { ...terminal, print: () => true },
      {
        plain: true,
        temporary: true,
        meanwhile: (stack, signal) => {
          const entry = stack.services.find(({ name }) => name === entryServices(stack)[0]) ?? stack.services[0];
          const args = ['--base-url', `http://127.0.0.1:${entry?.port}`, '--json', resultFile];
          const account = {
            ACCEPTANCE_ADMIN_EMAIL: admin.ADMIN_EMAIL,
            ACCEPTANCE_ADMIN_PASSWORD: admin.ADMIN_PASSWORD,
          };
          return runNodeThrough([join(root, ACCEPTANCE), ...args], { cwd: root, env: { ...own, ...account }, signal });
        },
      },
    );
    return tallyOf(await readFile(resultFile, 'utf8').catch(() => undefined));
  } finally {
    await rm(ownDir, { recursive: true, force: true });
  }
}

interface AcceptanceResults {
  results: { group: string; name: string; outcome: { kind: 'passed' | 'failed' | 'skipped'; reason?: string } }[];
}

/** Without results the suite exited before it could count. */
function tallyOf(text: string | undefined): Tally {
  if (text === undefined) return BROKEN;
  const { results } = JSON.parse(text) as AcceptanceResults;
  const of = (kind: string) => results.filter(({ outcome }) => outcome.kind === kind);
  return {
    passed: of('passed').length,
    failed: of('failed').length,
    skipped: of('skipped').map(({ group, name, outcome }) => ({
      name: `acceptance: ${group}: ${name}`,
      reason: outcome.reason ?? 'no reason given',
    })),
  };
}
