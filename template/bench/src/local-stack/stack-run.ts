import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A stack that runs. Disposing of it ends it in an orderly way, and by force should that take too long. */
export interface StackRun extends AsyncDisposable {
  /** Milliseconds from the command to the line that says that all is ready. */
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
  /** Ends a start that is under way. */
  signal: AbortSignal;
}

/** An orderly end takes at most the services' drain and the stores. */
const patienceMs = 40_000;

export async function startStack(command: [string, ...string[]], options: StackRunOptions): Promise<StackRun> {
  const { folder, stateDir, env } = options;
  const [program, ...args] = command;
  const begun = performance.now();
  // A group of its own, so that it can be ended as a whole and a Ctrl-C is for the measurement to handle.
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
    // To keel by itself: npm would end at once, and leave it alone with what it has to end.
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

/** Whether there was such a process (or group) to send it to. */
function signalled(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** The process of keel; undefined while it has not come so far as to note it down. */
async function keelOf(stateDir: string): Promise<number | undefined> {
  const text = await readFile(join(stateDir, 'run.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as { pid: number }).pid;
}
