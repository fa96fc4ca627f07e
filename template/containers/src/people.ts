import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** A user whose registration the stack has acknowledged. */
export interface Person {
  email: string;
  password: string;
  refreshToken: string;
  accessToken: string;
}

/** Registers a new user; `undefined` if the stack did not acknowledge it. */
export async function register(baseUrl: string): Promise<Person | undefined> {
  const [email, password] = [`${randomUUID()}@example.com`, `correct-${randomUUID()}`];
  const answer = await post(baseUrl, '/auth/register', { email, password, name: 'Somebody' });
  if (answer?.status !== 201) return undefined;
  const tokens = (await answer.json()) as { refresh_token: string; access_token: string };
  return { email, password, refreshToken: tokens.refresh_token, accessToken: tokens.access_token };
}

/** What was lost: the account, the session, or nothing. */
export async function lost(baseUrl: string, person: Person): Promise<string | undefined> {
  const refreshed = await patiently(() => post(baseUrl, '/auth/refresh', { refresh_token: person.refreshToken }));
  if (refreshed?.status !== 200) return `the session of ${person.email} (${refreshed?.status})`;
  const { email, password } = person;
  const login = await patiently(() => post(baseUrl, '/auth/login', { email, password }));
  return login?.status === 200 ? undefined : `the account ${email} (${login?.status})`;
}

/** A breaker may still be open for a moment after an upstream is back. */
async function patiently(ask: () => Promise<Response | undefined>): Promise<Response | undefined> {
  for (let attempt = 0; ; attempt++) {
    const answer = await ask();
    if ((answer !== undefined && answer.status < 500) || attempt === 40) return answer;
    await sleep(250);
  }
}

async function post(baseUrl: string, path: string, body: object): Promise<Response | undefined> {
  const headers = { 'content-type': 'application/json' };
  const signal = AbortSignal.timeout(10_000);
  return fetch(baseUrl + path, { method: 'POST', headers, body: JSON.stringify(body), signal }).catch(() => undefined);
}
