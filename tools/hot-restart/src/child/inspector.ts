import { setTimeout as wait } from 'node:timers/promises';

const OPEN_TRIES = 20;
const BETWEEN_TRIES_MS = 100;

/** Opens the inspector; tries for two seconds when the process before still holds the port. */
export async function openInspector(host: string, port: number): Promise<void> {
  const inspector = await import('node:inspector');
  for (let tries = 0; inspector.url() === undefined && tries < OPEN_TRIES; tries += 1) {
    if (tries > 0) await wait(BETWEEN_TRIES_MS);
    inspector.open(port, host);
  }
}

/** Ends debugging sessions and frees the port. A debugger that attaches again by itself finds the next process there. */
export async function closeInspector(): Promise<void> {
  const inspector = await import('node:inspector');
  if (inspector.url() !== undefined) inspector.close();
}
