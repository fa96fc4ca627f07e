import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A running stack. Disposing of it stops it gracefully, and kills it after a timeout. */
export interface StackRun extends AsyncDisposable {
  /** Milliseconds from the command to the line that reports that all is ready. */
  readonly readyMs: number;
  /** The process that was started: npm or the launcher, above keel's own. */
  readonly pid: number;
  readonly stateDir: string;
  /** When (`performance.now()`) something like this was printed after this call. Rejects when it is not in time. */
  untilPrinted(pattern: RegExp, timeoutMs: number): Promise<number>;
}

export interface StackRunOptions {
  folder: string;
  stateDir: string;
  env: NodeJS.ProcessEnv;
  timeoutMs: number;
  /** Stops a start in progress. */
  signal: AbortSignal;
}

/** A graceful stop takes at most the services' drain and the stores. */
const patienceMs = 40_000;

export async function startStack(command: [string, ...string[]], options: StackRunOptions): Promise<StackRun> {
  const { folder, stateDir, env } = options;
  const [program, ...args] = command;
  const begun = performance.now();
  // Its own process group, so that it can be stopped as a whole and the measurement handles Ctrl-C.
  const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let output = '';
  const readers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const read of [...readers]) read();
    });
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => ((output += error.message), resolve()));
    child.once('close', () => resolve());
  });

  const untilPrinted = (pattern: RegExp, timeoutMs: number, signal?: AbortSignal) =>
    new Promise<number>((resolve, reject) => {
      const from = output.length;
      const settle = (finish: () => void) => {
        readers.delete(read);
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        finish();
      };
      const fail = (why: string) => settle(() => reject(new Error(`${why}. The last output:\n${output.slice(-3000)}`)));
      const read = () => pattern.test(output.slice(from)) && settle(() => resolve(performance.now()));
      const onAbort = () => settle(() => reject(signal?.reason as Error));
      const timer = setTimeout(() => fail(`${String(pattern)} was not printed within ${timeoutMs} ms`), timeoutMs);
      readers.add(read);
      signal?.addEventListener('abort', onAbort);
      void ended.then(() => fail(`${command.join(' ')} has ended`));
    });

  const hasEnded = () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  const killGroup = () => hasEnded() || signalled(-(child.pid as number), 'SIGKILL');
  process.once('exit', killGroup);
  const stop = async () => {
    const timer = setTimeout(killGroup, patienceMs);
    const keel = await keelOf(stateDir);
    // To keel itself: npm would exit at once and leave keel stopping on its own.
    if (!hasEnded() && (keel === undefined || !signalled(keel, 'SIGTERM'))) killGroup();
    await ended;
    clearTimeout(timer);
    process.off('exit', killGroup);
  };
  try {
    const readyAt = await untilPrinted(/All ready in /, options.timeoutMs, options.signal);
    const [readyMs, pid] = [readyAt - begun, child.pid ?? 0];
    return { readyMs, pid, stateDir, untilPrinted, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Whether such a process (or group) existed. */
function signalled(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** The process of keel; undefined until keel has written its state file. */
async function keelOf(stateDir: string): Promise<number | undefined> {
  const text = await readFile(join(stateDir, 'run.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as { pid: number }).pid;
}
