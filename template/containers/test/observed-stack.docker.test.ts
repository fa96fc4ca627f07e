import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listQueries, namesIn } from '@evenkeel/observability/queries';
import { declaredStack } from '@evenkeel/stack';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { root } from '../src/compose/copied-stack.ts';
import { edit, live } from '../src/loop/edits.ts';
import { hasEngine, needsEngine } from './engine.ts';
import { loadOfUsers, mixedTraffic } from './mixed-traffic.ts';
import { observedStack, type ObservedStack } from './observed-stack.ts';

needsEngine();
const { services } = await declaredStack(root);
const queries = services.flatMap(({ name }) => listQueries(root, { service: name }));
const inDashboards = ({ where }: { where: string }): boolean => /^\w+\.json: /.test(where);

let observed: ObservedStack;
let traffic: ReturnType<typeof mixedTraffic>;

beforeAll(async () => {
  if (!hasEngine) return;
  observed = await observedStack('observed');
  traffic = mixedTraffic(observed.stack.baseUrl);
});
afterAll(async () => {
  await traffic?.stop();
  await observed?.[Symbol.asyncDispose]();
});

it('watches every service and sidecar', async () => {
  const down = async () => (await observed.query('up == 0 or probe_success == 0')).map(({ metric }) => metric);
  const watched = async () => (await observed.query('up')).length;
  await expect.poll(watched).toBeGreaterThan(3 * services.length);
  await expect.poll(down).toEqual([]);
});

it('alerts of a database that is stopped by the service and the check, until it is back', async () => {
  const { project } = observed.stack;
  await project.compose(['stop', 'postgres']);
  const begun = performance.now();
  const since = () => `${((performance.now() - begun) / 1_000).toFixed(1)} s`;
  const probe = async () => (await observed.query('probe_http_status_code{service_name="user-service"}'))[0]?.value[1];
  await expect.poll(probe).toBe('503');
  console.log(`PostgreSQL stopped → the probe sees 503: ${since()}`);
  const degraded = { alertname: 'ServiceDegraded', service_name: 'user-service', check: 'postgres' };
  await expect.poll(observed.alerts).toContainEqual(expect.objectContaining(degraded));
  console.log(`→ the alert: ${since()}`);
  await project.compose(['start', 'postgres']);
  await expect.poll(observed.alerts).not.toContainEqual(expect.objectContaining(degraded));
});

it('alerts of an open breaker, until its upstream is back', async () => {
  const { baseUrl, project } = observed.stack;
  const load = await loadOfUsers(baseUrl, 20);
  await project.compose(['stop', 'user-service']);
  const open = { alertname: 'BreakerOpen', service_name: 'api-gateway', upstream: 'user-service' };
  await expect.poll(observed.alerts).toContainEqual(expect.objectContaining(open));
  await project.compose(['start', 'user-service']);
  await load.stop();
  await expect.poll(observed.alerts).not.toContainEqual(expect.objectContaining(open));
});

it('alerts of a refused reload, until it is mended', async () => {
  const { folder, baseUrl } = observed.stack;
  const path = join(folder, 'apps', 'api-gateway', 'routes.yaml');
  const good = readFileSync(path, 'utf8');
  writeFileSync(path, 'routes:\n  - prefix: [');
  const refused = { alertname: 'ReloadRefused', service_name: 'api-gateway' };
  await expect.poll(observed.alerts).toContainEqual(expect.objectContaining(refused));
  writeFileSync(path, good);
  await expect.poll(observed.alerts).not.toContainEqual(expect.objectContaining(refused));
  edit(folder, 'observed');
  await live(baseUrl, 'observed');
});

it('has data for every query of the dashboards', async () => {
  const asked = queries.filter((query) => query.language === 'promql' && inDashboards(query));
  // In the last minutes, of any service: not each of them has a breaker, or a database.
  const empty = async () => {
    const answered = new Set<string>();
    for (const { where, text } of asked)
      if ((await observed.query(`last_over_time((${text})[10m:5s])`)).length > 0) answered.add(where);
    return [...new Set(asked.map(({ where }) => where))].filter((where) => !answered.has(where));
  };
  await expect.poll(empty, { interval: 5_000 }).toEqual([]);
  const [all] = await observed.query('count({job="services"})');
  console.log(`series of the services in Prometheus: ${all?.value[1]}`);
});

it('has every metric that an alert relies on', async () => {
  const names = new Set(queries.filter((query) => query.where.startsWith('alerts.yaml')).flatMap(namesIn));
  for (const name of names) expect(await observed.query(`last_over_time(${name}[10m])`), name).not.toEqual([]);
});

it('has recorded every label and attribute that a query of logs or traces relies on', async () => {
  const [logs, spans] = [await observed.logs(), await observed.spans()];
  const flat = (name: string) => name.replaceAll('.', '_');
  const known = {
    // Loki's names of what is in a record (https://grafana.com/docs/loki/latest/send-data/otel/).
    logql: new Set([
      ...['service_name', 'trace_id', 'span_id', 'severity_text'],
      ...logs.flatMap(({ attributes }) => Object.keys(attributes).map(flat)),
    ]),
    traceql: new Set([
      'resource.service.name',
      ...spans.flatMap(({ attributes }) => Object.keys(attributes).map((name) => `span.${name}`)),
    ]),
  };
  expect(logs.filter(({ traceId = '', severityText }) => traceId !== '' && severityText === 'info')).not.toEqual([]);
  for (const query of queries)
    if (query.language !== 'promql')
      for (const name of namesIn(query)) expect(known[query.language], `${query.where}: ${query.text}`).toContain(name);
});
