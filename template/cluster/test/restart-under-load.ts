import { register, underLoad } from '@evenkeel/containers';
import { expect } from 'vitest';
import type { Target } from '../src/images.ts';
import { baseUrl, kubectlIn, pods, settled } from './cluster.ts';

/**
 * The response of a running service when PostgreSQL does not respond within a second, as on a slow machine, whatever is
 * rolled out. When no service can be reached, the gateway responds with another message, which names the service.
 */
const SLOW = 'The database is unavailable.';

/** Rolls a service out under 100 requests a second and expects that each is answered. */
export async function losesNoRequest(target: Target, service: string): Promise<void> {
  const person = await register(baseUrl);
  if (person === undefined) throw new Error(`nobody can register at ${baseUrl}`);
  const headers = { authorization: `Bearer ${person.accessToken}` };
  const [me, sessions, keys] = ['/users/me', '/auth/sessions', '/.well-known/jwks.json'].map((path) => baseUrl + path);
  const before = await pods(target, service);
  const load = underLoad([{ url: `${me}`, headers }, { url: `${sessions}`, headers }, { url: `${keys}` }], {
    perSecond: 100,
    isAnswer: ({ status, body }) => status === 200 || body.includes(SLOW),
  });
  const begun = performance.now();
  await kubectlIn(target, 'rollout', 'restart', `deployment/${service}`);
  await settled(target);
  const seconds = (performance.now() - begun) / 1000;
  const { answered, failed } = await load.stop();
  const rate = `${answered} answered, ${(answered / seconds).toFixed(0)} a second, ${failed.length} failed`;
  console.log(`${target}: ${service} rolled out in ${seconds.toFixed(1)} s; ${rate}`);
  const old = before.map(({ metadata }) => metadata.uid);
  expect((await pods(target, service)).filter(({ metadata }) => old.includes(metadata.uid))).toEqual([]);
  expect(failed).toEqual([]);
  expect(answered).toBeGreaterThan(100);
}
