import { afterAll, beforeAll, expect, it } from 'vitest';
import { bootService, PASSWORD, type ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await bootService();
});
afterAll(() => service[Symbol.asyncDispose]());

const headers = { 'content-type': 'application/json', forwarded: 'for="[2001:db8::1]"' };

it.each(['/auth/login', '/auth/register'])('%s is cancelled at user-service if its client leaves', async (path) => {
  const { user } = await service.someone();
  const { items } = (await signInAs(user.email)).body;
  let seen: { signal: AbortSignal; forwarded: string | undefined } | undefined;
  service.users.beforeSignIn = (call) => {
    seen = call;
    return new Promise((resolve) => call.signal.addEventListener('abort', () => resolve()));
  };
  const leaving = new AbortController();
  const email = path === '/auth/login' ? user.email : 'new@example.com';
  const name = path === '/auth/login' ? {} : { name: 'New' };
  const body = JSON.stringify({ email, password: PASSWORD, ...name });
  const left = fetch(service.url + path, { method: 'POST', headers, body, signal: leaving.signal });
  await expect.poll(() => seen).toMatchObject({ forwarded: 'for="[2001:db8::1]"' });
  leaving.abort();
  await expect(left).rejects.toThrow();
  await expect.poll(() => seen?.signal.aborted).toBe(true);
  service.users.beforeSignIn = () => undefined;
  // No session whose tokens no client received.
  expect((await signInAs(user.email)).body.items).toHaveLength(items.length + 1);
});

it('what auth-service cancels, user-service does not finish', async () => {
  const { user } = await service.someone();
  let given: AbortSignal | undefined;
  service.users.beforeSignIn = ({ signal }) => {
    given = signal;
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
  };
  const answer = await service.post('/auth/login', { email: user.email, password: PASSWORD });
  service.users.beforeSignIn = () => undefined;
  expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  expect(answer.headers.get('retry-after')).toBe('1');
  await expect.poll(() => given?.aborted).toBe(true);
});

/** Signs in and lists the sessions that are open then. */
async function signInAs(email: string) {
  const { body } = await service.post<{ access_token: string }>('/auth/login', { email, password: PASSWORD });
  return service.get<{ items: unknown[] }>('/auth/sessions', body.access_token);
}
