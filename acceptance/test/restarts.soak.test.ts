import { keel, openPlace, services, startKeel } from '@evenkeel/keel/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';

const RESTARTS = 30;
const account = { email: 'grace@example.com', password: 'a quiet harbour at dawn', name: 'Grace' };

interface SignedIn {
  access_token: string;
  refresh_token: string;
}

it('fails no GET through 30 restarts of each service', { timeout: 1_800_000 }, async () => {
  await using place = await openPlace();
  await using up = startKeel(['up'], place.env);
  await up.untilPrinted(/All ready in/);
  const gateway = `http://127.0.0.1:${place.portOf('api-gateway')}`;
  const signIn = async (path: string, body: object): Promise<SignedIn> => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(gateway + path, { method: 'POST', headers, body: JSON.stringify(body) });
    return (await response.json()) as SignedIn;
  };
  let session = await signIn('/auth/register', account);

  const [failures, stopped] = [[] as string[], new AbortController()];
  let requests = 0;
  const client = async (path: string, connection: 'keep-alive' | 'close') => {
    while (!stopped.signal.aborted) {
      const outcome = await fetch(gateway + path, {
        headers: { authorization: `Bearer ${session.access_token}`, connection },
      })
        .then(async (response) => (await response.text(), response.status))
        .catch((error: unknown) => String((error as Error).cause ?? error));
      requests += 1;
      if (outcome !== 200) failures.push(`${new Date().toISOString()} ${path}, ${connection}: ${outcome}`);
      // Slow enough for the rate limit of one user.
      await sleep(15);
    }
  };
  const load = (['keep-alive', 'close'] as const).flatMap((connection) => [
    client('/.well-known/jwks.json', connection),
    client('/users/me', connection),
  ]);
  for (let round = 0; round < RESTARTS; round++) {
    // An access token lasts for less than all rounds may take.
    session = await signIn('/auth/refresh', { refresh_token: session.refresh_token });
    for (const { name } of services) {
      const { code, output } = await keel(['restart', name], place.env);
      expect([code, code === 0 ? '' : output]).toEqual([0, '']);
    }
  }
  stopped.abort();
  await Promise.all(load);
  console.log(`${RESTARTS} × ${services.length} restarts: ${requests} requests, ${failures.length} failed`);
  expect(failures).toEqual([]);
});
