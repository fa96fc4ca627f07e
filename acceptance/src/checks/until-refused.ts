import { setTimeout as sleep } from 'node:timers/promises';
import { expectProblem, expectStatus } from '../expect.ts';
import type { Api } from '../http/api.ts';

const PROMISED_MS = 1_000;
/** A machine under load may be late; a token that still works after this is not late but alive. */
const LIMIT_MS = 5_000;
const PAUSE_MS = 50;

/** Sends requests with an access token until the gateway refuses it. Returns how long that took, for the report. */
export async function untilRefused(api: Api, token: string): Promise<string> {
  const start = performance.now();
  for (;;) {
    const response = await api.get('/users/me', { token });
    const elapsed = Math.round(performance.now() - start);
    if (response.status === 401) {
      expectProblem(response, 401, 'invalid_token');
      return `after ${String(elapsed)} ms${elapsed > PROMISED_MS ? ', later than the documented second' : ''}`;
    }
    if (elapsed > LIMIT_MS) expectStatus(response, 401);
    await sleep(PAUSE_MS);
  }
}
