import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedSpan } from '@evenkeel/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { underLoad } from '../src/loop/load.ts';
import { needsEngine } from './engine.ts';
import { loadOfUsers, mixedTraffic } from './mixed-traffic.ts';
import { observedStack, type Labels, type ObservedStack } from './observed-stack.ts';

// Minutes long, as the alerts are: each looks at the last minute.
needsEngine();
let observed: ObservedStack;
let traffic: ReturnType<typeof mixedTraffic>;

beforeAll(async () => {
  observed = await observedStack('alerts');
  traffic = mixedTraffic(observed.stack.baseUrl);
});
afterAll(async () => {
  await traffic.stop();
  await observed[Symbol.asyncDispose]();
});

const MINUTES = { timeout: 300_000, interval: 1_000 };

/** Makes a fault, waits for its alert, mends it and waits for the alert to end. */
async function fires(alert: Labels, fault: () => Promise<() => Promise<unknown>>, meanwhile?: () => Promise<void>) {
  const seconds = (from: number) => Math.round((performance.now() - from) / 1_000);
  const made = performance.now();
  const mend = await fault();
  await expect.poll(observed.alerts, MINUTES).toContainEqual(expect.objectContaining(alert));
  const firedAfter = seconds(made);
  await meanwhile?.();
  await mend();
  const mended = performance.now();
  await expect.poll(observed.alerts, MINUTES).not.toContainEqual(expect.objectContaining(alert));
  console.log(`${JSON.stringify(alert)}: fired after ${firedAfter} s, ended ${seconds(mended)} s after the fault`);
}

const withStopped = (part: string) => async () => {
  await observed.stack.project.compose(['stop', part]);
  return () => observed.stack.project.compose(['start', part]);
};

const withEdited = (file: string, from: string, to: string) => () => {
  const path = join(observed.stack.folder, file);
  const source = readFileSync(path, 'utf8');
  if (!source.includes(from)) throw new Error(`${file} no longer has what this test changes`);
  writeFileSync(path, source.replace(from, to));
  return Promise.resolve(() => Promise.resolve(writeFileSync(path, source)));
};

it('ServiceDegraded and HighErrorRatio: the database is stopped', { timeout: 900_000 }, () =>
  fires({ alertname: 'HighErrorRatio', service_name: 'user-service' }, withStopped('postgres'), async () => {
    const degraded = { alertname: 'ServiceDegraded', service_name: 'user-service', check: 'postgres' };
    await expect.poll(observed.alerts, MINUTES).toContainEqual(expect.objectContaining(degraded));
  }),
);

it('ServiceDown and BreakerOpen: a service is stopped', { timeout: 900_000 }, async () => {
  const load = await loadOfUsers(observed.stack.baseUrl, 10);
  await fires({ alertname: 'ServiceDown', service_name: 'user-service' }, withStopped('user-service'), async () => {
    const open = { alertname: 'BreakerOpen', service_name: 'api-gateway', upstream: 'user-service' };
    const alerts = async () => (await observed.query('ALERTS{alertstate="firing"}')).map(({ metric }) => metric);
    await expect.poll(alerts, MINUTES).toContainEqual(expect.objectContaining(open));
  });
  await load.stop();
});

it('ReloadRefused: routes with a mistake are saved', { timeout: 900_000 }, () =>
  fires(
    { alertname: 'ReloadRefused', service_name: 'api-gateway' },
    withEdited('apps/api-gateway/routes.yaml', 'upstream: auth-service', 'upstream: nobody'),
  ),
);

it('EventLoopDelay: a handler computes for too long', { timeout: 900_000 }, async () => {
  const load = underLoad([{ url: `${observed.stack.baseUrl}/.well-known/jwks.json` }], { perSecond: 2 });
  await fires(
    { alertname: 'EventLoopDelay', service_name: 'auth-service' },
    withEdited(
      'apps/auth-service/src/routes/signing-key.ts',
      'body: config.current.SIGNING_KEYS.jwks',
      'body: (() => { for (const until = Date.now() + 400; Date.now() < until; ); return config.current.SIGNING_KEYS.jwks; })()',
    ),
  );
  await load.stop();
});

it('SlowResponses: from the alert to the statement and its log lines', { timeout: 900_000 }, async () => {
  const load = await loadOfUsers(observed.stack.baseUrl, 10);
  const slow = { alertname: 'SlowResponses', service_name: 'user-service', http_route: '/users/me' };
  await fires(
    slow,
    withEdited(
      'apps/user-service/src/store/user.ts',
      'FROM users WHERE id = $1`',
      'FROM users, pg_sleep(0.3) WHERE id = $1`',
    ),
    async () => {
      const ms = (span: RecordedSpan) => Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e6;
      // What the links of the dashboards ask Tempo and Loki for.
      const spans = await observed.spans();
      const [request] = spans.filter(
        (span) =>
          span.service === slow.service_name && span.attributes['http.route'] === slow.http_route && ms(span) > 250,
      );
      const trace = spans.filter(({ traceId }) => traceId === request?.traceId);
      const [longest] = trace.filter(({ attributes }) => 'db.query.text' in attributes).sort((a, b) => ms(b) - ms(a));
      expect(longest?.attributes['db.query.text']).toContain('pg_sleep(0.3)');
      const logs = async () => (await observed.logs()).filter(({ traceId }) => traceId === request?.traceId);
      const services = async () => (await logs()).map(({ service }) => service);
      await expect.poll(services).toEqual(expect.arrayContaining(['api-gateway', 'user-service']));
      console.log(trace.map((span) => `${span.service} ${span.name} ${ms(span).toFixed(0)} ms`).join('\n'));
    },
  );
  await load.stop();
});
