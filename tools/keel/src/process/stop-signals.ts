import { once } from 'node:events';

/** How a person or a supervisor asks the stack to end. */
export interface StopSignals {
  /** Aborted at the first request. */
  readonly first: AbortSignal;
  /** Resolves at the first request. */
  readonly asked: Promise<void>;
  /** Asks as the first signal would; never forces. */
  request(): void;
  /** Stops listening. */
  dispose(): void;
}

/**
 * Ctrl-C, SIGTERM, or the terminal going away: the first asks for an orderly end, a second one (not within half a
 * second: npm and a terminal may both deliver the same Ctrl-C) forces it.
 */
export function listenForStop(
  source = process,
  force: () => void = () => process.exit(1),
  now = performance.now.bind(performance),
): StopSignals {
  const controller = new AbortController();
  let firstAt: number | undefined;
  const onSignal = () => {
    if (firstAt === undefined) {
      firstAt = now();
      controller.abort();
    } else if (now() - firstAt > 500) {
      force();
    }
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) source.on(signal, onSignal);
  return {
    first: controller.signal,
    asked: once(controller.signal, 'abort').then(() => undefined),
    request: () => {
      if (firstAt === undefined) onSignal();
    },
    dispose: () => signals.forEach((signal) => source.off(signal, onSignal)),
  };
}
