/**
 * The runner's protocol over Node's IPC channel, for programs that start it as a child process.
 * The service that it runs says `process.send('ready')` when it is ready and ends on SIGTERM.
 */

/** `start` is awaited only when HOT_RESTART_HOLD=1; until then third-party modules are loaded and nothing else. */
export type RunnerCommand = { type: 'start' } | { type: 'restart'; reason: string };

export type RunnerEvent =
  /** New code is live: its process, how many restarts there were before, milliseconds from the event to ready. */
  | { type: 'ready'; pid: number; restarts: number; ms: number }
  /** A start failed. What was live before, if anything, still is; the next good change is tried again. */
  | { type: 'failed'; message: string }
  /** The service has ended because the runner was told to end. */
  | { type: 'stopped'; code: number };

export { drainTime } from './settings.ts';
