import { setTimeout as sleep } from 'node:timers/promises';
import { openPlace, services, startKeel } from '@evenkeel/keel/testing';
import { startOtlpRecorder } from '@evenkeel/testing';
import { expect, it } from 'vitest';

const OUTAGE_MS = 60_000;
const MOST_MB = 50;
const MB = 1024 * 1024;

it.each(['hang', 500, 'away'] as const)(
  'fails no request and needs little memory while the collector is away for a minute: %s',
  { timeout: 600_000 },
  async (behaviour) => {
    await using place = await openPlace();
    let recorder = await startOtlpRecorder();
    await using up = startKeel(['up'], { ...place.env, ...recorder.env });
    await up.untilPrinted(/All ready in/);
    const gateway = `http://127.0.0.1:${place.portOf('api-gateway')}`;
    const account = { email: 'grace@example.com', password: 'a quiet harbour at dawn', name: 'Grace' };
    const registered = await fetch(`${gateway}/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(account),
    });
    const { access_token: token } = (await registered.json()) as { access_token: string };
    const { services: running } = await place.state();
    /** The most memory of each service within this time: it comes and goes with garbage. */
    const mostIn = async (ms: number): Promise<number[]> => {
      let most: number[] = [];
      for (const until = performance.now() + ms; performance.now() < until; await sleep(1_000)) {
        const now = await Promise.all(Object.values(running).map(({ adminUrl }) => residentMb(adminUrl)));
        most = now.map((each, index) => Math.max(each, most[index] ?? 0));
      }
      return most;
    };

    const [failures, stopped] = [[] as string[], new AbortController()];
    let requests = 0;
    const client = async (path: string) => {
      while (!stopped.signal.aborted) {
        const { status } = await fetch(gateway + path, { headers: { authorization: `Bearer ${token}` } });
        requests += 1;
        // The gateway limits what one user may ask for.
        if (status !== 200 && status !== 429) failures.push(`${path} ${status}`);
        await sleep(5);
      }
    };
    const load = ['/.well-known/jwks.json', '/users/me', '/.well-known/jwks.json', '/users/me'].map(client);

    const before = await mostIn(OUTAGE_MS);
    if (behaviour === 'away') await recorder[Symbol.asyncDispose]();
    else recorder.behaviour = behaviour;
    const most = await mostIn(OUTAGE_MS);
    if (behaviour === 'away') recorder = await startOtlpRecorder(recorder.port);
    else recorder.behaviour = 'receive';
    await expect.poll(() => up.output().match(/"msg":"telemetry is sent again/g)?.length).toBe(services.length);
    stopped.abort();
    await Promise.all(load);
    const told = up.output().match(/"msg":"telemetry cannot be sent/g)?.length;
    console.log(
      `${behaviour}: ${requests} requests, ${failures.length} failed; at most ${before.join('/')} MB before, ${most.join('/')} MB in it; ${String(told)} lines`,
    );
    await recorder[Symbol.asyncDispose]();
    expect(failures).toEqual([]);
    expect(told).toBe(services.length);
    expect(Math.max(...most.map((now, index) => now - (before[index] ?? 0)))).toBeLessThan(MOST_MB);
  },
);

async function residentMb(adminUrl: string): Promise<number> {
  const metrics = await (await fetch(`${adminUrl}/metrics`)).text();
  return Math.round(Number(/^process_memory_usage_bytes\S* (\S+)/m.exec(metrics)?.[1]) / MB);
}
