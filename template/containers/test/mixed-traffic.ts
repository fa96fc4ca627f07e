import { setTimeout as sleep } from 'node:timers/promises';
import { underLoad } from '../src/loop/load.ts';
import { register, type Person } from '../src/people.ts';

/** What people do with the stack, right and wrong, about ten requests a second, until it is stopped. */
export function mixedTraffic(baseUrl: string): { stop: () => Promise<void> } {
  const stopped = new AbortController();
  const post = (path: string, body: object) => ({
    path,
    init: { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
  });
  const asked = (person: Person | undefined) => {
    const {
      email = 'nobody@example.com',
      password = 'wrong-password',
      accessToken = '',
      refreshToken = 'a.b',
    } = person ?? {};
    const init = { headers: { authorization: `Bearer ${accessToken}` } };
    return [
      { path: '/users/me', init },
      { path: '/auth/sessions', init },
      { path: '/users', init },
      { path: '/users/me', init: {} },
      { path: '/nowhere', init: {} },
      { path: '/.well-known/jwks.json', init: {} },
      post('/auth/login', { email, password }),
      post('/auth/login', { email, password: 'wrong-password' }),
      // Until there were too many.
      post('/auth/login', { email: 'nobody@example.com', password: 'wrong-password' }),
      post('/auth/logout', { refresh_token: refreshToken }),
    ];
  };
  const running = (async () => {
    let person: Person | undefined;
    while (!stopped.signal.aborted) {
      // In an outage the last one goes on.
      person = (await register(baseUrl)) ?? person;
      for (const { path, init } of asked(person)) {
        await fetch(baseUrl + path, { ...init, signal: AbortSignal.timeout(10_000) }).then(
          (response) => response.arrayBuffer(),
          () => undefined,
        );
        await sleep(50);
      }
    }
  })();
  return {
    async stop() {
      stopped.abort();
      await running;
    },
  };
}

/** Requests for user-service alone, which mixed traffic has few of. */
export async function loadOfUsers(baseUrl: string, perSecond: number): Promise<ReturnType<typeof underLoad>> {
  const person = await register(baseUrl);
  const headers = { authorization: `Bearer ${person?.accessToken ?? ''}` };
  return underLoad([{ url: `${baseUrl}/users/me`, headers }], { perSecond });
}
