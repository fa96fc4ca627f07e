import { expect, it } from 'vitest';
import { bootService, PASSWORD } from './service-under-test.ts';

// Counted, not timed: user-service responds when the test says so.
it('refuses a flood of sign-ins before any work, and serves another address', async () => {
  await using service = await bootService();
  const { user } = await service.someone();
  const waiting: (() => void)[] = [];
  let letIn = 0;
  service.users.beforeSignIn = () => {
    letIn++;
    return new Promise<void>((resolve) => waiting.push(resolve));
  };
  let refused = 0;
  const signIn = async (address: string, password: string) => {
    const body = { email: user.email, password };
    const answer = await service.post('/auth/login', body, { forwarded: `for=${address}` });
    if (String(answer.body['detail']).startsWith('Overloaded')) {
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
      refused++;
    }
    return answer.status;
  };
  const flood = Array.from({ length: 200 }, () => signIn('198.51.100.1', 'a guess'));
  // A few are let in at a time, some may wait, and most are refused with Retry-After before any has a response.
  await expect.poll(() => refused).toBeGreaterThan(100);
  expect(letIn).toBeGreaterThanOrEqual(8);

  let entries = 0;
  const enter = () => {
    entries++;
    return signIn('198.51.100.2', PASSWORD);
  };
  const answering = setInterval(() => waiting.shift()?.(), 1);
  await expect.poll(enter).toBe(200);
  await Promise.all(flood);
  clearInterval(answering);
  expect(letIn + refused).toBe(200 + entries);
});
