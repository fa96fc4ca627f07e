import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Argument, Option, type Command } from 'commander';
import { BENCH } from './commands/bench.ts';
import type { ClusterAction } from './commands/cluster.ts';
import type { GraphFormat } from './commands/graph.ts';
import type { Terminal } from './terminal.ts';
import type { Workspace } from './workspace.ts';

const CLUSTER_ACTIONS: ClusterAction[] = ['up', 'down', 'status', 'secrets'];
const GRAPH_FORMATS: GraphFormat[] = ['text', 'mermaid', 'json'];

/**
 * Declares all commands, in the order of the help. Each is loaded when it runs: `up` must not wait for `doctor`'s.
 *
 * @param cwd where the command was typed
 */
export function declareCommands(program: Command, workspace: Workspace, terminal: Terminal, cwd: string): void {
  const command = (name: string, description: string) => program.command(name).description(description);
  type Run = (workspace: Workspace, terminal: Terminal) => Promise<void>;
  const simple = (name: string, description: string, load: () => Promise<Run>) =>
    command(name, description).action(async () => (await load())(workspace, terminal));
  /** Arguments and options, --help included, are the other program's. */
  const handsOver = (name: string, description: string) =>
    command(name, description).allowUnknownOption().helpOption(false).argument('[argument...]');

  command('up', 'start the local stack; Ctrl-C stops it')
    .option('--plain', 'plain processes, without the hot-restart runner', false)
    .action(async (options: { plain: boolean }) => (await import('./commands/up.ts')).up(workspace, terminal, options));

  simple('down', 'stop the local stack', async () => (await import('./commands/down.ts')).down);

  command('serve', 'run one part of the stack in the foreground, for a process manager such as Tilt')
    .argument('<part>', 'a service, a store, stores or checks')
    .argument('[service...]', 'the services that checks covers')
    .option('--exit-on-failure', 'exit with 1 when the first start fails, instead of waiting for the next save', false)
    .action(async (part: string, names: string[], options: { exitOnFailure: boolean }) =>
      (await import('./commands/serve.ts')).serve(workspace, terminal, part, names, options),
    );

  command('restart', 'restart services of the running stack in the order of the plan')
    .argument('[service...]')
    .option('--affected-by <path>', 'the services that a changed file affects')
    .option('--dry-run', 'print the plan with its reasons, and do nothing', false)
    .action(async (names: string[], options: { affectedBy?: string; dryRun: boolean }) =>
      (await import('./commands/restart.ts')).restart(workspace, terminal, names, { ...options, cwd }),
    );

  command('graph', 'print the dependency graph')
    .addOption(new Option('--format <format>').choices(GRAPH_FORMATS).default('text'))
    .action(async ({ format }: { format: GraphFormat }) =>
      (await import('./commands/graph.ts')).graph(workspace, terminal, format),
    );

  command('test', 'run all tests that can run on this machine')
    .argument('[pattern...]', 'only test files whose path contains one of these; no acceptance suite')
    .action(async (patterns: string[]) => (await import('./commands/test.ts')).test(workspace, terminal, patterns));

  command('coverage', 'measure what the unit and integration tests cover')
    .argument('[package...]', 'only these packages, by their own tests')
    .action(async (names: string[]) => (await import('./commands/coverage.ts')).coverage(workspace, terminal, names));

  simple('soak', 'run the tests that take minutes', async () => (await import('./commands/soak.ts')).soak);

  handsOver('acceptance', 'run the acceptance suite against a running stack').action(async (args: string[]) =>
    (await import('./commands/acceptance.ts')).acceptance(workspace, args, cwd),
  );

  if (existsSync(join(workspace.root, BENCH))) {
    const measures = "run the benchmarks behind the README's figures: loop, start or image";
    handsOver('bench', measures).action(async (args: string[]) =>
      (await import('./commands/bench.ts')).bench(workspace, args, cwd),
    );
  }

  simple(
    'check',
    'check format, lint, types, boundaries, generated files and parity',
    async () => (await import('./commands/check.ts')).check,
  );
  simple(
    'generate',
    'write what repeats services.yaml, and the TypeScript project references',
    async () => (await import('./commands/generate.ts')).generate,
  );
  simple(
    'parity',
    'compare hand-written files with services.yaml',
    async () => (await import('./commands/parity.ts')).parity,
  );
  simple(
    'setup',
    'prepare this clone for development; safe to run again',
    async () => (await import('./commands/setup.ts')).setup,
  );

  command('doctor', 'check this machine for all that the stack needs')
    .option('--fix', 'fix what can be fixed without root and without data loss', false)
    .action(async (options: { fix: boolean }) =>
      (await import('./commands/doctor.ts')).doctor(workspace, terminal, options),
    );

  command('cluster', 'a local Kubernetes cluster for this clone: kind, with a registry')
    .addArgument(new Argument('<action>').choices(CLUSTER_ACTIONS))
    .option('--namespace <name>', 'where the development secrets are made (secrets)')
    .option('--context <name>', "of another local cluster than this clone's (secrets)")
    .action(async (action: ClusterAction, options: { namespace?: string; context?: string }) =>
      (await import('./commands/cluster.ts')).cluster(workspace, terminal, action, options),
    );

  command('pin', 'write the digests of published images into the overlay for production')
    .argument('<metadata>', 'the file that docker buildx bake --push --metadata-file wrote')
    .action(async (file: string) => (await import('./commands/pin.ts')).pin(workspace, terminal, file, cwd));

  command('tilt', 'print what the Tiltfile is to run, as JSON')
    .argument('[service...]', 'only these, with what they depend on')
    .option('--runtime <runtime>', 'local or compose; kept in tilt_config.json')
    .action(async (names: string[], options: { runtime?: string }) =>
      (await import('./commands/tilt.ts')).tilt(workspace, terminal, names, options),
    );
}
