import { once } from 'node:events';

/**
 * Ctrl-C, SIGTERM, or the terminal going away: the first asks for an orderly stop. A second Ctrl-C (not within half a
 * second: npm and a terminal may both deliver the same one) forces it; `keel down` during a stop does not.
 */
export function listenForStop(
  source = process,
  force: () => void = () => process.exit(1),
  now = performance.now.bind(performance),
) {
  const controller = new AbortController();
  const first: AbortSignal = controller.signal;
  let firstAt: number | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    if (firstAt === undefined) {
      firstAt = now();
      controller.abort();
    } else if (signal === 'SIGINT' && now() - firstAt > 500) {
      force();
    }
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) source.on(signal, onSignal);
  return {
    /** Aborted at the first request. */
    first,
    /** Resolves at the first request. */
    asked: once(first, 'abort').then(() => undefined),
    /** Asks as the first signal would; never forces. */
    request: () => onSignal('SIGTERM'),
    /** Stops listening. */
    dispose: () => signals.forEach((signal) => source.off(signal, onSignal)),
  };
}
