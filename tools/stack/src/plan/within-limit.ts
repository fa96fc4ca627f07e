/**
 * Runs `work` for at most `timeoutMs`. The signal it gets is aborted at the limit or with `signal`; work that does not
 * listen to it is left behind, so that a plan never hangs on it.
 *
 * @throws Error naming the service and the limit, or the reason of `signal`
 */
export async function withinLimit<T>(
  service: string,
  limits: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const end = (reason: unknown): void => {
    reject(reason);
    controller.abort(reason);
  };
  const interrupt = (): void => end(limits.signal?.reason);
  const timer = setTimeout(
    () => end(new Error(`${service} was not ready within ${limits.timeoutMs} ms`)),
    limits.timeoutMs,
  );
  limits.signal?.addEventListener('abort', interrupt, { once: true });
  try {
    limits.signal?.throwIfAborted();
    return await Promise.race([work(controller.signal), ended]);
  } finally {
    clearTimeout(timer);
    limits.signal?.removeEventListener('abort', interrupt);
  }
}
