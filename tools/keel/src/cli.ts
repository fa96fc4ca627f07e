import { Command, CommanderError } from 'commander';
import { declareCommands } from './command-table.ts';
import { ChildFailed, describeFailure, KeelError } from './failure.ts';
import { openTerminal } from './terminal.ts';
import { openWorkspace } from './workspace.ts';

/** What a run of the tool is given by its process. */
export interface Invocation {
  root: string;
  /** Without node and the program. */
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
}

/**
 * Runs a command.
 *
 * @returns the exit code: 0, 1 (it failed) or 2 (wrong usage); of a program that the command hands over to, its own
 */
export async function runKeel({ root, args, env, cwd, stdout, stderr }: Invocation): Promise<number> {
  const terminal = openTerminal(stdout, stderr, env);
  try {
    const program = new Command('keel')
      .description('Runs and checks the stack of this clone.')
      .exitOverride()
      .showHelpAfterError('Run ./keel --help for the commands.')
      .configureHelp({ showGlobalOptions: false });
    declareCommands(program, openWorkspace(root, env, cwd), terminal);
    await program.parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof ChildFailed) return error.exitCode;
    terminal.complain(terminal.colors.red(describeFailure(error)));
    return error instanceof KeelError ? error.exitCode : 1;
  }
}
