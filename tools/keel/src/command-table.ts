import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Option, type Command } from 'commander';
import { BENCH } from './commands/bench.ts';
import { GRAPH_FORMATS, type GraphFormat } from './commands/graph-formats.ts';
import type { Terminal } from './terminal.ts';
import type { Workspace } from './workspace.ts';

/** What the commands work with. */
export interface CommandContext {
  workspace: Workspace;
  terminal: Terminal;
  /** Where the command was typed. */
  cwd: string;
}

type Declare = (program: Command, context: CommandContext) => void;

/** Declares all commands, in the order of the help. Each is loaded when it runs: `up` must not wait for `doctor`'s. */
export function declareCommands(program: Command, context: CommandContext): void {
  const all = [
    ...[up, down, serve, restart, graph, test, coverage, soak, acceptance],
    ...(existsSync(join(context.workspace.root, BENCH)) ? [bench] : []),
    ...[check, generate, parity, setup, doctor, tilt],
  ];
  for (const declare of all) declare(program, context);
}

const up: Declare = (program, { workspace, terminal }) =>
  program
    .command('up')
    .description('start the local stack; Ctrl-C ends it')
    .option('--plain', 'plain processes, without the hot-restart runner', false)
    .action(async (options: { plain: boolean }) => (await import('./up/up.ts')).up(workspace, terminal, options));

const down: Declare = (program, { workspace, terminal }) =>
  program
    .command('down')
    .description('end the local stack')
    .action(async () => (await import('./commands/down.ts')).down(workspace, terminal));

const serve: Declare = (program, { workspace, terminal }) =>
  program
    .command('serve')
    .description('run one part of the stack in the foreground, for a process manager such as Tilt')
    .argument('<part>', 'a service, a store, stores or checks')
    .argument('[service...]', 'which services checks is about')
    .option('--exit-on-failure', 'exit with 1 when the first start fails, instead of waiting for the next save', false)
    .action(async (part: string, names: string[], options: { exitOnFailure: boolean }) =>
      (await import('./commands/serve.ts')).serve(workspace, terminal, part, names, options),
    );

const restart: Declare = (program, { workspace, terminal, cwd }) =>
  program
    .command('restart')
    .description('restart services of the running stack in the order of the plan')
    .argument('[service...]')
    .option('--affected-by <path>', 'the services that a changed file affects')
    .option('--dry-run', 'print the plan with its reasons, and do nothing', false)
    .action(async (names: string[], options: { affectedBy?: string; dryRun: boolean }) =>
      (await import('./commands/restart.ts')).restart(workspace, terminal, names, { ...options, cwd }),
    );

const graph: Declare = (program, { workspace, terminal }) =>
  program
    .command('graph')
    .description('print the dependency graph')
    .addOption(new Option('--format <format>').choices(GRAPH_FORMATS).default('text'))
    .action(async ({ format }: { format: GraphFormat }) =>
      (await import('./commands/graph.ts')).graph(workspace, terminal, format),
    );

const test: Declare = (program, { workspace, terminal }) =>
  program
    .command('test')
    .description('run all tests that can run on this machine')
    .argument('[pattern...]', 'only test files whose path contains one of these; no acceptance suite')
    .action(async (patterns: string[]) => (await import('./commands/test.ts')).test(workspace, terminal, patterns));

const coverage: Declare = (program, { workspace, terminal }) =>
  program
    .command('coverage')
    .description('measure what the unit and integration tests cover')
    .argument('[package...]', 'only these packages, by their own tests')
    .action(async (names: string[]) => (await import('./commands/coverage.ts')).coverage(workspace, terminal, names));

const soak: Declare = (program, { workspace, terminal }) =>
  program
    .command('soak')
    .description('run the tests that take minutes')
    .action(async () => (await import('./commands/test.ts')).soak(workspace, terminal));

const acceptance: Declare = (program, { workspace, cwd }) =>
  handsOver(program.command('acceptance'))
    .description('ask a running stack for all that its API promises')
    .action(async (args: string[]) => (await import('./commands/acceptance.ts')).acceptance(workspace, args, cwd));

const bench: Declare = (program, { workspace, cwd }) =>
  handsOver(program.command('bench'))
    .description("measure what the README claims, beside its peers' figures: loop, start or image")
    .action(async (args: string[]) => (await import('./commands/bench.ts')).bench(workspace, args, cwd));

const check: Declare = (program, { workspace, terminal }) =>
  program
    .command('check')
    .description('check format, lint, types, boundaries, generated files and parity')
    .action(async () => (await import('./commands/check.ts')).check(workspace, terminal));

const generate: Declare = (program, { workspace, terminal }) =>
  program
    .command('generate')
    .description('write what repeats services.yaml, and the TypeScript project references')
    .action(async () => (await import('./commands/generate.ts')).generate(workspace, terminal));

const parity: Declare = (program, { workspace, terminal }) =>
  program
    .command('parity')
    .description('check Compose files and image names against services.yaml')
    .action(async () => (await import('./commands/check.ts')).parity(workspace, terminal));

const setup: Declare = (program, { workspace, terminal }) =>
  program
    .command('setup')
    .description('prepare this clone to be worked in; safe to run again')
    .action(async () => (await import('./commands/setup.ts')).setup(workspace, terminal));

const doctor: Declare = (program, { workspace, terminal }) =>
  program
    .command('doctor')
    .description('examine this machine for all that the stack needs')
    .option('--fix', 'mend what can be mended without root and without loss', false)
    .action(async (options: { fix: boolean }) =>
      (await import('./commands/doctor.ts')).doctor(workspace, terminal, options),
    );

const tilt: Declare = (program, { workspace, terminal }) =>
  program
    .command('tilt')
    .description('print what the Tiltfile is to run, as JSON')
    .argument('[service...]', 'only these, with what they depend on')
    .option('--runtime <runtime>', 'local or compose; kept in tilt_config.json')
    .action(async (names: string[], options: { runtime?: string }) =>
      (await import('./commands/tilt.ts')).tilt(workspace, terminal, names, options),
    );

/** Arguments and options, --help included, are the other program's. */
function handsOver(command: Command): Command {
  return command.allowUnknownOption().helpOption(false).argument('[argument...]');
}
