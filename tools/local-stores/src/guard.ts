import { spawn } from 'node:child_process';

/** Ends a process when its keeper dies. */
export interface Guard {
  /** Stands down; called once the guarded process has been ended in the ordinary way. */
  release(): void;
}

// `read` returns when the pipe closes, which the kernel does for us however this process ends, kill -9 included.
const SCRIPT = `
read -r word && exit 0
kill -"$2" "$1" 2>/dev/null || exit 0
n=0
while kill -0 "$1" 2>/dev/null; do
  n=$((n + 1))
  [ "$n" -lt "$3" ] || { kill -KILL "$1" 2>/dev/null; exit 0; }
  sleep 1
done
`;

/**
 * Keeps a one-line shell beside a child that would outlive us. When this process dies, however it dies, the shell
 * sends `signal` to the child and, should the child take longer than `seconds`, SIGKILL.
 */
export function guardProcess(pid: number, signal: 'INT' | 'TERM', seconds = 10): Guard {
  const watcher = spawn('/bin/sh', ['-c', SCRIPT, 'evenkeel-guard', String(pid), signal, String(seconds)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true, // a Ctrl-C in the terminal is for us to handle
    cwd: '/',
  });
  watcher.on('error', () => {});
  watcher.stdin.on('error', () => {});
  watcher.unref();
  return { release: () => watcher.stdin.end('released\n') };
}
