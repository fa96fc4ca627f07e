import { join } from 'node:path';
import { openPlace, ROOT, services, startKeel, type KeelProcess, type Place } from '@evenkeel/keel/testing';
import { startOtlpRecorder, type OtlpRecorder, type RecordedSpan } from '@evenkeel/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { metricsReference } from './metrics-reference.ts';

/** OTLP's numbers of a kind and of a status. */
const [SERVER, ERROR] = [2, 2];

let place: Place;
let recorder: OtlpRecorder;
let up: KeelProcess;
let gateway: string;

beforeAll(async () => {
  [place, recorder] = await Promise.all([openPlace(), startOtlpRecorder()]);
  // A collector that hangs is noticed sooner than after ten seconds.
  up = startKeel(['up'], { ...place.env, ...recorder.env, OTEL_EXPORTER_OTLP_TIMEOUT: '1000' });
  await up.untilPrinted(/All ready in/);
  gateway = `http://127.0.0.1:${place.portOf('api-gateway')}`;
});
afterAll(async () => {
  await up[Symbol.asyncDispose]();
  await Promise.all([recorder[Symbol.asyncDispose](), place[Symbol.asyncDispose]()]);
});

const login = { email: 'grace@example.com', password: 'a quiet harbour at dawn' };

interface SignedIn {
  user: { id: string };
  access_token: string;
  refresh_token: string;
}

/** The span that a client would have begun. */
const CALLER = '00000000000000a1';

/** Sends a request as a part of a trace of its own; its response and the trace's id. */
async function send(method: string, path: string, { body, token }: { body?: object; token?: string } = {}) {
  const traceId = crypto.randomUUID().replaceAll('-', '');
  const headers: Record<string, string> = { traceparent: `00-${traceId}-${CALLER}-01` };
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  if (body !== undefined) headers['content-type'] = 'application/json';
  const payload = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(gateway + path, { method, headers, ...payload });
  return { traceId, status: response.status, text: await response.text() };
}

/** Sends it again until the services serve it: on a busy machine they give up first. */
async function untilServed(...request: Parameters<typeof send>) {
  for (;;) {
    const sent = await send(...request);
    if (sent.status < 500) return sent;
  }
}

async function succeed(...request: Parameters<typeof send>) {
  const sent = await untilServed(...request);
  expect(sent.status).toBeLessThan(300);
  return sent;
}

const spansOf = (traceId: string): RecordedSpan[] => recorder.spans.filter((span) => span.traceId === traceId);

/** Resolves with the spans of a trace when these paths, and the parents of all, have been sent. */
async function complete(traceId: string, expected: readonly string[]): Promise<RecordedSpan[]> {
  await expect.poll(() => paths(spansOf(traceId))).toEqual(expect.arrayContaining([...expected]));
  const orphans = () => {
    const spans = spansOf(traceId);
    const ids = new Set(spans.map(({ spanId }) => spanId));
    return spans.filter(({ parentSpanId = '' }) => !ids.has(parentSpanId)).map(({ parentSpanId }) => parentSpanId);
  };
  await expect.poll(orphans).toEqual([CALLER]);
  return spansOf(traceId);
}

/** Each kind of span of a trace with the spans above it, once. */
function paths(spans: readonly RecordedSpan[]): string[] {
  const named = ({ service, name }: RecordedSpan) => `${service} ${name}`;
  const path = (span: RecordedSpan): string => {
    const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
    return parent === undefined ? named(span) : `${path(parent)} > ${named(span)}`;
  };
  return [...new Set(spans.map(path))].sort();
}

/** The lines that the services have printed. */
function printed(): { service: string; trace_id?: string; msg: string }[] {
  const lines = [...up.output().matchAll(/^\S+ +\| (\{.*\})$/gm)].map(([, line = '']) => line);
  return lines.map((line) => JSON.parse(line) as { service: string; msg: string });
}

it('shows a sign-in as one trace, from the gateway to each statement and command, and its log lines with it', async () => {
  // Given up on the first time, the account may be there already.
  const registered = await untilServed('POST', '/auth/register', { body: { ...login, name: 'Grace' } });
  expect([201, 409]).toContain(registered.status);
  const { traceId, text } = await succeed('POST', '/auth/login', { body: login });
  const { user, access_token: token, refresh_token: refresh } = JSON.parse(text) as SignedIn;
  const auth = 'api-gateway POST /auth/login > api-gateway POST > auth-service POST /auth/login';
  const verify = 'user-service POST /internal/credentials/verify';
  const spans = await complete(traceId, [
    'api-gateway POST /auth/login > api-gateway evalsha',
    `${auth} > auth-service evalsha`,
    `${auth} > auth-service POST > ${verify} > user-service SELECT`,
  ]);
  const query = spans.find(({ name }) => name === 'SELECT');
  expect(query?.attributes).toMatchObject({
    'db.system.name': 'postgresql',
    'db.query.text': expect.stringContaining('WHERE email = $1'),
  });
  const served = spans.find(({ service, kind }) => service === 'auth-service' && kind === SERVER);
  expect(served?.attributes).toMatchObject({
    'http.route': '/auth/login',
    'http.response.status_code': 200,
    'user.id': user.id,
  });

  const lines = () =>
    printed()
      .filter((line) => line.trace_id === traceId)
      .map(({ service, msg }) => `${service} ${msg}`)
      .sort();
  const sent = () =>
    recorder.logs
      .filter((log) => log.traceId === traceId)
      .map(({ service, body }) => `${service} ${String(body)}`)
      .sort();
  const logged = services.map(({ name }) => `${name} request`);
  await expect.poll(() => [...new Set(lines())]).toEqual(expect.arrayContaining(logged));
  // Each of them, once.
  await expect.poll(() => sent().join()).toBe(lines().join());

  const me = await succeed('GET', '/users/me', { token });
  await complete(me.traceId, [
    'api-gateway GET /users > api-gateway GET > user-service GET /users/me > user-service SELECT',
  ]);
  const everything = JSON.stringify([recorder.spans, recorder.logs]);
  for (const secret of [login.email, login.password, token, refresh, ...refresh.split('.')])
    expect(everything).not.toContain(secret);
});

it('shows why a request failed: in the span of the command, of the request, and of its caller', async () => {
  const redis = (await place.state()).stores['redis']?.pid ?? 0;
  process.kill(redis, 'SIGSTOP');
  const { traceId, status } = await send('POST', '/auth/refresh', { body: { refresh_token: 'a.b.c' } }).finally(() =>
    process.kill(redis, 'SIGCONT'),
  );
  expect(status).toBeGreaterThanOrEqual(500);
  const asked = ['api-gateway POST /auth > api-gateway POST > auth-service POST /auth/refresh'];
  const failed = (await complete(traceId, asked)).filter((span) => span.status.code === ERROR);
  expect(paths(failed)).toEqual(expect.arrayContaining(asked));
  const events = failed.flatMap(({ events: all }) => all.map(({ name }) => name));
  expect(events).toContain('exception');
});

it('tells by metrics what its reference says', async () => {
  const { services: running } = await place.state();
  const healthy = Object.values(running).map(({ adminUrl }) => `${adminUrl}/healthz`);
  await expect.poll(async () => (await Promise.all(healthy.map(statusOf))).every((code) => code === 200)).toBe(true);
  // Each has served a request by now, called another service, and has failed once.
  const scrapes = await Promise.all(
    services.map(async ({ name }) => {
      const response = await fetch(`${running[name]?.adminUrl}/metrics`);
      return [name, await response.text()] as const;
    }),
  );
  await expect(metricsReference(new Map(scrapes))).toMatchFileSnapshot(join(ROOT, 'docs/reference/metrics.md'));
});

const statusOf = async (url: string): Promise<number> => (await fetch(url)).status;
const asked = /"msg":"telemetry cannot be sent/g;
const over = /"msg":"telemetry is sent again/g;
const count = (pattern: RegExp): number => up.output().match(pattern)?.length ?? 0;

it.each(['hang', 500, 'away'] as const)('does without a collector: %s', async (behaviour) => {
  const [before, after] = [count(asked), count(over)];
  if (behaviour === 'away') await recorder[Symbol.asyncDispose]();
  else recorder.behaviour = behaviour;
  const serve = async () => expect((await send('GET', '/.well-known/jwks.json')).status).toBe(200);
  await expect.poll(async () => [await serve(), count(asked) - before].at(-1)).toBeGreaterThanOrEqual(2);
  for (let request = 0; request < 100; request++) await serve();

  if (behaviour === 'away') recorder = await startOtlpRecorder(recorder.port);
  else recorder.behaviour = 'receive';
  await expect.poll(async () => [await serve(), count(over) - after].at(-1)).toBe(count(asked) - before);
  // One line for each outage of a service, and one for its end.
  expect(count(asked) - before).toBeLessThanOrEqual(services.length);
});

it('is stopped as usual while the collector hangs', async () => {
  recorder.behaviour = 'hang';
  up.child.kill('SIGTERM');
  expect(await up.ended).toBe(0);
  expect(count(/"exit_code":0.*"msg":"stopped"/g)).toBe(services.length);
});
