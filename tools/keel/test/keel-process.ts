import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { declaredStack, type Service } from '@evenkeel/stack';
import { takePortBlock } from '@evenkeel/testing';
import { wantedPorts } from '../src/ports/taken-ports.ts';
import type { RunState } from '../src/state/run-state.ts';

export const ROOT = join(import.meta.dirname, '..', '..', '..');

const stack = await declaredStack(ROOT);
const { services } = stack;
export { services };

/** What no other service depends on: it starts last, and stops first. */
export const entry = nameOf(({ name }) => services.every(({ dependsOn }) => !dependsOn.includes(name)));
/** The first that depends on that store. */
export const [onPostgres, onRedis] = [dependingOn('postgres'), dependingOn('redis')];

function dependingOn(store: string): string {
  return nameOf(({ dependsOn }) => dependsOn.includes(store));
}

function nameOf(is: (service: Service) => boolean): string {
  const found = services.find(is);
  if (found === undefined) throw new Error('services.yaml has no service that these tests can use');
  return found.name;
}

/** A place of its own for the stack of one test: state folder and ports. */
export interface Place extends AsyncDisposable {
  stateDir: string;
  offset: number;
  env: NodeJS.ProcessEnv;
  /** Ports of the services, by the name of the service. */
  portOf(service: string): number;
  state(): Promise<RunState>;
}

export async function openPlace(): Promise<Place> {
  const stateDir = await mkdtemp(join(tmpdir(), 'keel-test-'));
  // As root PostgreSQL runs as another user, who must be able to pass; else its data would go elsewhere and stay there.
  await chmod(stateDir, 0o755);
  const ports = [...wantedPorts(stack).map(({ port }) => port), stack.checks.port];
  const block = await takePortBlock(ports);
  const { offset } = block;
  const env = { ...process.env, KEEL_STATE_DIR: stateDir, PORT_OFFSET: String(offset), NO_COLOR: '1' };
  return {
    stateDir,
    offset,
    env,
    portOf: (name) => (services.find((service) => service.name === name)?.port ?? 0) + offset,
    state: async () => JSON.parse(await readFile(join(stateDir, 'run.json'), 'utf8')) as RunState,
    async [Symbol.asyncDispose]() {
      await rm(stateDir, { recursive: true, force: true });
      await block[Symbol.asyncDispose]();
    },
  };
}

/** A `keel` that runs. Whatever happens in the test, it does not outlive it. */
export interface KeelProcess extends AsyncDisposable {
  child: ChildProcess;
  /** All that it has printed. */
  output(): string;
  /** Waits until it prints this; rejects when it exits before. */
  untilPrinted(pattern: RegExp): Promise<void>;
  /** Its exit code, or the signal that killed it. */
  ended: Promise<number | NodeJS.Signals | null>;
}

export function startKeel(args: string[], env: NodeJS.ProcessEnv): KeelProcess {
  return startProgram(process.execPath, [join(ROOT, 'tools/keel/src/main.ts'), ...args], { env });
}

/** A program that becomes keel. */
export function startProgram(
  program: string,
  args: string[],
  options: { env: NodeJS.ProcessEnv; uid?: number; gid?: number },
): KeelProcess {
  const child = spawn(program, args, {
    ...options,
    cwd: tmpdir(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (code, signal) => resolve(signal ?? code));
  });
  return {
    child,
    ended,
    output: () => output,
    async untilPrinted(pattern) {
      let over = false;
      void ended.then(() => (over = true));
      while (!pattern.test(output)) {
        if (over) throw new Error(`keel exited before it printed ${String(pattern)}:\n${output}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      const insist = setTimeout(() => child.kill('SIGKILL'), 20_000);
      await ended;
      clearTimeout(insist);
    },
  };
}

/** Runs a command to its end. */
export async function keel(args: string[], env: NodeJS.ProcessEnv): Promise<{ code: unknown; output: string }> {
  const process = startKeel(args, env);
  const code = await process.ended;
  return { code, output: process.output() };
}
