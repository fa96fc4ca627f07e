import { KeelError } from '../failure.ts';
import { setupSteps } from '../setup/steps.ts';
import type { Terminal } from '../terminal.ts';
import type { Workspace } from '../workspace.ts';

/** Prepares the clone to be worked in, and says what it did. What cannot be done does not keep the rest from it. */
export async function setup(workspace: Workspace, terminal: Terminal): Promise<void> {
  const { colors } = terminal;
  const failed: string[] = [];
  for (const { name, run } of setupSteps(workspace)) {
    try {
      terminal.print(`${colors.green('✓')} ${name}: ${await run()}`);
    } catch (error) {
      failed.push(name);
      terminal.print(`${colors.red('✗')} ${name}: ${(error as Error).message}`);
    }
  }
  if (failed.length > 0) throw new KeelError(`Not prepared: ${failed.join(', ')}`, { fix: './keel doctor' });
  terminal.print('Ready. Start the stack with npm start, and run all tests with npm test.');
}
