const LOOK_EVERY_MS = 500;

/**
 * Calls back once the parent process is gone. A process manager that is killed stops nothing: we would run on, and
 * hold the ports of the next start.
 *
 * @param parent its process id, as `process.ppid` said when it was surely there
 */
export function onParentGone(parent: number, onGone: () => void): void {
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, LOOK_EVERY_MS);
  timer.unref();
  // It is stopping already, and to ask again would force it.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => clearInterval(timer));
}
