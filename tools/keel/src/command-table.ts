import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Argument, InvalidArgumentError, Option, type Command } from 'commander';
import { BENCH } from './commands/bench.ts';
import type { Terminal } from './terminal.ts';
import { RUNTIMES } from './tilt/runtimes.ts';
import type { Workspace } from './workspace.ts';

/** Declares all commands, in the order of the help. */
export function declareCommands(program: Command, workspace: Workspace, terminal: Terminal): void {
  const command = (name: string, description: string) => program.command(name).description(description);
  /** Arguments and options, --help included, are the other program's. */
  const handsOver = (name: string, description: string) =>
    command(name, description).allowUnknownOption().helpOption(false).argument('[argument...]');
  /** Loads a command when it runs: `up` must not wait for `doctor`'s. It gets the arguments, then the options. */
  const run =
    <A extends unknown[]>(
      load: () => Promise<(workspace: Workspace, terminal: Terminal, ...args: A) => Promise<void>>,
    ) =>
    async (...args: unknown[]) =>
      (await load())(workspace, terminal, ...(args as A));

  command('up', 'start the local stack; Ctrl-C stops it')
    .option('--plain', 'plain processes, without the hot-restart runner', false)
    .action(run(async () => (await import('./commands/up.ts')).up));

  command('down', 'stop the local stack').action(run(async () => (await import('./commands/down.ts')).down));

  command('serve', 'run one part of the stack in the foreground, for a process manager such as Tilt')
    .argument('<part>', 'a service, a store, stores or checks')
    .argument('[service...]', 'the services that checks covers')
    .option('--exit-on-failure', 'exit with 1 when the first start fails, instead of waiting for the next save', false)
    .action(run(async () => (await import('./commands/serve.ts')).serve));

  command('restart', 'restart services of the running stack in the order of the plan')
    .argument('[service...]')
    .option('--affected-by <path>', 'the services that a changed file affects')
    .option('--dry-run', 'print the plan with its reasons, and do nothing', false)
    .action(run(async () => (await import('./commands/restart.ts')).restart));

  command('graph', 'print the dependency graph')
    .addOption(new Option('--format <format>').choices(['text', 'mermaid', 'json']).default('text'))
    .action(run(async () => (await import('./commands/graph.ts')).graph));

  command('test', 'run all tests that can run on this machine')
    .argument('[pattern...]', 'only test files whose path contains one of these; no acceptance suite')
    .action(run(async () => (await import('./commands/test.ts')).test));

  command('coverage', 'measure what the unit and integration tests cover')
    .argument('[package...]', 'only these packages, by their own tests')
    .action(run(async () => (await import('./commands/coverage.ts')).coverage));

  command('contracts', 'verify what services rely on of each other, and print it')
    .option(
      '--against <ref>',
      'verify the providers here with the contracts of another commit, such as the last release',
    )
    .addOption(
      new Option('--write', "write the contracts from the consumers' tests first").default(false).conflicts('against'),
    )
    .action(run(async () => (await import('./commands/contracts.ts')).contracts));

  command('soak', 'run the tests that take minutes')
    .argument('[pattern...]', 'only test files whose path contains one of these')
    .action(run(async () => (await import('./commands/soak.ts')).soak));

  handsOver('acceptance', 'run the acceptance suite against a running stack').action(
    run(async () => (await import('./commands/acceptance.ts')).acceptance),
  );

  if (existsSync(join(workspace.root, BENCH))) {
    handsOver('bench', "run the benchmarks behind the README's figures: loop, start, image or gateway").action(
      run(async () => (await import('./commands/bench.ts')).bench),
    );
  }

  command('check', 'check format, lint, types, boundaries, generated files and parity').action(
    run(async () => (await import('./commands/check.ts')).check),
  );

  command('generate', 'write what repeats services.yaml, and the TypeScript project references').action(
    run(async () => (await import('./commands/generate.ts')).generate),
  );

  command('parity', 'compare hand-written files with services.yaml').action(
    run(async () => (await import('./commands/parity.ts')).parity),
  );

  command('setup', 'prepare this clone for development; safe to run again').action(
    run(async () => (await import('./commands/setup.ts')).setup),
  );

  command('doctor', 'check this machine for all that the stack needs')
    .option('--fix', 'fix what can be fixed without root and without data loss', false)
    .action(run(async () => (await import('./commands/doctor.ts')).doctor));

  command('cluster', 'a local Kubernetes cluster for this clone: kind, with a registry')
    .addArgument(new Argument('<action>').choices(['up', 'down', 'status', 'secrets']))
    .option('--namespace <name>', 'where the development secrets are made (secrets)')
    .option('--context <name>', "of another local cluster than this clone's (secrets)")
    .action(run(async () => (await import('./commands/cluster.ts')).cluster));

  command('keys', "rotate the signing keys and the services' client secrets of a running stack")
    .addArgument(new Argument('<action>').choices(['rotate']))
    .addOption(
      new Option('--runtime <runtime>', 'where the stack runs, if not as local processes').choices([...RUNTIMES]),
    )
    .option('--publish-seconds <n>', 'how long the next key is published before it signs', seconds, 65)
    .option('--namespace <name>', 'where the pods are (k8s)')
    .option('--context <name>', "of another local cluster than this clone's (k8s)")
    .action(run(async () => (await import('./commands/keys.ts')).keys));

  command('pin', 'write the digests of published images into the overlay for production')
    .argument('<metadata>', 'the file that docker buildx bake --push --metadata-file wrote')
    .action(run(async () => (await import('./commands/pin.ts')).pin));

  command('tilt', 'print what the Tiltfile is to run, as JSON')
    .argument('[service...]', 'only these, with what they depend on')
    .option('--runtime <runtime>', 'local, compose or k8s; saved in tilt_config.json')
    .option('--observability', 'traces, metrics, logs, dashboards and alerts as well; saved in tilt_config.json')
    .option('--no-observability', 'without them')
    .action(run(async () => (await import('./commands/tilt.ts')).tilt));
}

function seconds(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a number of seconds.');
}
