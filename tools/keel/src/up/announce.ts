import { join, relative } from 'node:path';
import { ADMIN_EMAIL, type Stack } from '@evenkeel/stack';
import type { LocalStack } from '../stack/local-stack.ts';
import type { Terminal } from '../terminal.ts';
import type { Workspace } from '../workspace.ts';
import { formatTable, rowsOf } from './table.ts';

/** Tells what runs where, and how to go on. */
export function announce(
  { root, stateDir, secretsDir }: Workspace,
  terminal: Terminal,
  stack: Stack,
  running: LocalStack,
  tookMs: number,
): void {
  const { colors } = terminal;
  const shown = (path: string) => (path.startsWith(`${root}/`) ? relative(root, path) : path);
  const rows = rowsOf(stack, running.stores, (name) => running.services.processes.get(name)?.pid);
  terminal.print(`\n${formatTable(rows, colors.bold)}\n`);
  const password = shown(join(secretsDir, 'admin_password'));
  terminal.print(`The administrator is ${ADMIN_EMAIL}, the password is in ${password} (unless .env sets others).`);
  terminal.print(`Data, logs and secrets are in ${shown(stateDir)}. Ctrl-C or ./keel down ends everything.`);
  terminal.print(colors.green(`All ready in ${(tookMs / 1000).toFixed(1)} s.\n`));
}
