import { Command, CommanderError, Option } from 'commander';
import { describeFailure, exitCodeOf } from './failure.ts';
import { openTerminal, type Terminal } from './terminal.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

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
 * Runs a command. Each is loaded when it is asked for: `up` must not wait for what `doctor` needs.
 *
 * @returns the exit code: 0, 1 (it failed) or 2 (wrong usage)
 */
export async function runKeel(invocation: Invocation): Promise<number> {
  const terminal = openTerminal(invocation.stdout, invocation.stderr, invocation.env);
  try {
    const workspace = openWorkspace(invocation.root, invocation.env);
    const exit = { code: 0 };
    await commands(workspace, terminal, invocation.cwd, exit).parseAsync([...invocation.args], { from: 'user' });
    return exit.code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const message = describeFailure(error);
    if (message !== '') terminal.complain(terminal.colors.red(message));
    return exitCodeOf(error);
  }
}

function commands(workspace: Workspace, terminal: Terminal, cwd: string, exit: { code: number }): Command {
  const program = new Command('keel')
    .description('Runs and checks the stack of this clone.')
    .exitOverride()
    .showHelpAfterError('Type ./keel --help for what there is.')
    .configureHelp({ showGlobalOptions: false });

  program
    .command('up')
    .description('start the local stack; Ctrl-C ends it')
    .option('--plain', 'plain processes, without the hot-restart runner', false)
    .action(async (options: { plain: boolean }) => (await import('./up/up.ts')).up(workspace, terminal, options));
  program
    .command('down')
    .description('end the local stack')
    .action(async () => (await import('./commands/down.ts')).down(workspace, terminal));
  program
    .command('restart')
    .description('restart services of the running stack in the order of the plan')
    .argument('[service...]')
    .option('--affected-by <path>', 'the services that a changed file affects')
    .option('--dry-run', 'print the plan with its reasons, and do nothing', false)
    .action(async (names: string[], options: { affectedBy?: string; dryRun: boolean }) =>
      (await import('./commands/restart.ts')).restart(workspace, terminal, names, { ...options, cwd }),
    );
  program
    .command('graph')
    .description('print the dependency graph')
    .addOption(new Option('--format <format>').choices(['text', 'mermaid', 'json']).default('text'))
    .action(async ({ format }: { format: 'text' | 'mermaid' | 'json' }) =>
      (await import('./commands/graph.ts')).graph(workspace, terminal, format),
    );
  program
    .command('test')
    .description('run all tests that can run on this machine')
    .argument('[pattern...]', 'only test files whose path contains one of these; no acceptance suite')
    .action(async (patterns: string[]) => (await import('./commands/test.ts')).test(workspace, terminal, patterns));
  program
    .command('soak')
    .description('run the tests that take minutes')
    .action(async () => (await import('./commands/test.ts')).soak(workspace, terminal));
  program
    .command('acceptance')
    .description('ask a running stack for all that its API promises')
    .allowUnknownOption()
    .helpOption(false)
    .argument('[argument...]')
    .action(async (args: string[]) => {
      exit.code = await (await import('./commands/acceptance.ts')).acceptance(workspace, args, cwd);
    });
  program
    .command('bench')
    .description("measure what the README claims, beside its peers' figures: loop, start or image")
    .allowUnknownOption()
    .helpOption(false)
    .argument('[argument...]')
    .action(async (args: string[]) => {
      exit.code = await (await import('./commands/bench.ts')).bench(workspace, args, cwd);
    });
  program
    .command('check')
    .description('check format, lint, types, boundaries and parity')
    .action(async () => (await import('./commands/check.ts')).check(workspace, terminal));
  program
    .command('parity')
    .description('hold what cannot read services.yaml to it')
    .action(async () => (await import('./commands/check.ts')).parity(workspace, terminal));
  program
    .command('setup')
    .description('prepare this clone to be worked in; safe to run again')
    .action(async () => (await import('./commands/setup.ts')).setup(workspace, terminal));
  program
    .command('doctor')
    .description('examine this machine for all that the stack needs')
    .option('--fix', 'mend what can be mended without root and without loss', false)
    .action(async (options: { fix: boolean }) =>
      (await import('./commands/doctor.ts')).doctor(workspace, terminal, options),
    );
  return program;
}
