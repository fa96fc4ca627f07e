import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isPortFree } from '@evenkeel/local-stores';
import { ADMIN_EMAIL, entryServices, type Stack } from '@evenkeel/stack';
import { KeelError } from '../failure.ts';
import { openMergedLog } from '../log/merged-log.ts';
import { findFreeOffset, wantedPorts } from '../ports/taken-ports.ts';
import { startLocalStack } from '../stack/local-stack.ts';
import { moved, readStackFile } from '../stack/stack-file.ts';
import type { Terminal } from '../terminal.ts';
import { makeStateFolders, type Workspace } from '../workspace.ts';
import { runAcceptanceProgram } from './acceptance-program.ts';
import type { Tally } from './tally.ts';

interface AcceptanceResults {
  results: { group: string; promise: string; outcome: { kind: 'kept' | 'broken' | 'skipped'; reason?: string } }[];
}

/** Starts a stack of its own, beside one that may be up, and asks it for all that the API promises. */
export async function runAcceptance(outer: Workspace, terminal: Terminal, signal: AbortSignal): Promise<Tally> {
  const stateDir = join(outer.stateDir, `acceptance-${process.pid}`);
  const folders = { stateDir, secretsDir: join(stateDir, 'secrets'), logsDir: join(stateDir, 'logs') };
  // A stack of its own: the administrator in the environment or .env belongs to another one.
  const admin = { ADMIN_EMAIL, ADMIN_PASSWORD: randomUUID() };
  const workspace: Workspace = { ...outer, ...folders, env: { ...outer.env, ...admin } };
  await makeStateFolders(workspace);
  const stack = await onFreePorts(await readStackFile(outer.root), outer.portOffset);
  const names = [...stack.services, ...stack.backing].map(({ name }) => name);
  const log = await openMergedLog({ terminal, names, logsDir: workspace.logsDir, held: true });
  try {
    terminal.print('Starting a stack of its own for the acceptance suite …');
    const options = { workspace, stack, log, signal, plain: true, temporary: true, onProgress: () => {} };
    const running = await startLocalStack(options);
    try {
      return await ask(workspace, stack, signal);
    } finally {
      await running.stop();
    }
  } finally {
    log.close();
    await rm(stateDir, { recursive: true, force: true });
  }
}

async function onFreePorts(stack: Stack, offset: number): Promise<Stack> {
  const ports = wantedPorts(stack.services).map(({ port }) => port);
  const free = await findFreeOffset(ports, Math.max(offset, 0) + 10_000, isPortFree);
  if (free === undefined) throw new KeelError('There are not enough free ports for a second stack');
  return moved(stack, free);
}

async function ask({ root, stateDir, env }: Workspace, stack: Stack, signal: AbortSignal): Promise<Tally> {
  const gateway = stack.services.find(({ name }) => name === entryServices(stack)[0]) ?? stack.services[0];
  const resultFile = join(stateDir, 'acceptance.json');
  const args = ['--base-url', `http://127.0.0.1:${gateway?.port}`, '--json', resultFile];
  const { ADMIN_EMAIL: ACCEPTANCE_ADMIN_EMAIL, ADMIN_PASSWORD: ACCEPTANCE_ADMIN_PASSWORD } = env;
  const admin = { ACCEPTANCE_ADMIN_EMAIL, ACCEPTANCE_ADMIN_PASSWORD };
  await runAcceptanceProgram(root, args, { cwd: root, env: { ...env, ...admin }, signal });
  return tallyOf(await readFile(resultFile, 'utf8').catch(() => undefined));
}

/** Without results the suite ended before it could count: that is a failure by itself. */
function tallyOf(text: string | undefined): Tally {
  if (text === undefined) return { passed: 0, failed: 1, skipped: [] };
  const { results } = JSON.parse(text) as AcceptanceResults;
  const of = (kind: string) => results.filter(({ outcome }) => outcome.kind === kind);
  return {
    passed: of('kept').length,
    failed: of('broken').length,
    skipped: of('skipped').map(({ group, promise, outcome }) => ({
      name: `acceptance: ${group}: ${promise}`,
      reason: outcome.reason ?? 'no reason given',
    })),
  };
}
