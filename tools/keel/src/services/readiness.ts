import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves when `/readyz` of an admin port answers 200; asks every 20 ms. Rejects when aborted. */
export async function untilReady(adminUrl: string, signal: AbortSignal): Promise<void> {
  while (!(await isReady(adminUrl))) await sleep(20, undefined, { signal });
}

function isReady(adminUrl: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(`${adminUrl}/readyz`, { agent: false, timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}
