import { createLogger } from '@evenkeel/telemetry';
import { expect, it } from 'vitest';
import { createSessionEnder } from './session.ts';

const logger = createLogger('user-service', 'silent');
const request = { user_id: '8f14e45f-ceea-467f-a8c5-1f0e9d1c7a55' };
const never = new Promise<void>(() => undefined);

it('waits for auth-service, but not for long', async () => {
  let asked = 0;
  const quick = createSessionEnder({ client: { end: async () => void asked++ }, logger, waitMs: 60_000 });
  await quick.end(request);
  expect(asked).toBe(1);
  await createSessionEnder({ client: { end: () => never }, logger, waitMs: 10 }).end(request);
});

it('tries again in the background, a few times', async () => {
  let asked = 0;
  const gaveUp = Promise.withResolvers<undefined>();
  const end = () => {
    if (++asked === 3) gaveUp.resolve(undefined);
    return Promise.reject(new Error('away'));
  };
  await createSessionEnder({ client: { end }, logger, waitMs: 1, pausesMs: [5, 5] }).end(request);
  await gaveUp.promise;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(asked).toBe(3);
});

it('stops trying when it is closed', async () => {
  let asked = 0;
  const end = () => (asked++, Promise.reject(new Error('away')));
  const sessions = createSessionEnder({ client: { end }, logger, waitMs: 1, pausesMs: [30] });
  await sessions.end(request);
  sessions.close();
  await new Promise((resolve) => setTimeout(resolve, 80));
  expect(asked).toBe(1);
});
