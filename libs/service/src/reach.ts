import { once } from 'node:events';
import { connect } from 'node:net';
import type { HealthCheck } from './health.ts';

/** Whether something listens where `url` points to. */
export function createReachCheck(url: string, { required }: { required: boolean }): HealthCheck {
  return { required, check: (signal) => reach(url, signal) };
}

/**
 * Resolves when something listens where `url` points to. It sends nothing, so no request is logged: a service of
 * ours opens its public port when it is ready.
 * @throws Error of the connection; AbortError when `signal` aborts first.
 */
export async function reach(url: string, signal: AbortSignal): Promise<void> {
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const socket = connect({ host, port: Number(port) || (protocol === 'https:' ? 443 : 80) });
  try {
    await once(socket, 'connect', { signal });
  } finally {
    socket.destroy();
  }
}
