import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mistakeIn } from './grammar.ts';
import { listQueries } from './list-queries.ts';
import { namesIn } from './names-in.ts';
import { queriesOfDataSources } from './queries-of-data-sources.ts';
import { queriesOfRules } from './queries-of-rules.ts';
import { withValues } from './variables.ts';

const root = resolve(import.meta.dirname, '../../../..');
const queries = listQueries(root, { service: 'a-service' });

describe('the queries of the dashboards', () => {
  it('are found in panels, links and variables, in all three languages', () => {
    const of = (file: string, language: string) =>
      queries.filter((query) => query.where.startsWith(file) && query.language === language).length;
    expect(of('stack.json', 'promql')).toBeGreaterThan(15);
    expect(of('service.json', 'promql')).toBeGreaterThan(20);
    expect(of('service.json', 'logql')).toBeGreaterThan(4);
    expect(of('service.json', 'traceql')).toBeGreaterThan(4);
    const places = queries.map(({ where }) => where);
    expect(places).toContain('service.json: $service');
    expect(places).toContain('service.json: Requests slower than a bucket: Traces over this bound');
    expect(places).toContain('service.json: Slow requests: Logs of this trace');
  });

  it.each(queries)('$where', (query) => {
    expect(mistakeIn(query)).toBeUndefined();
    expect(namesIn(query)).not.toEqual([]);
    expect(query.text).not.toContain('$');
  });

  it('name the metrics, labels and attributes that they rely on', () => {
    const found = (language: string) =>
      [...new Set(queries.filter((query) => query.language === language).flatMap(namesIn))].sort();
    expect(found('logql')).toEqual(expect.arrayContaining(['service_name', 'severity_text', 'trace_id']));
    expect(found('traceql')).toEqual(expect.arrayContaining(['resource.service.name', 'span.db.query.text']));
    expect(found('promql')).toContain('http_server_request_duration_seconds_bucket');
  });
});

describe('a mistake', () => {
  it.each([
    ['promql', 'sum by (service_name) (rate(up[1m])'],
    ['promql', 'rate(up[])'],
    ['logql', '{service_name="a"'],
    ['logql', '{service_name="a"} | severity_text ='],
    ['logql', 'sum by (a) (count_over_time({a="b"}))'],
    ['traceql', '{ resource.service.name = }'],
    ['traceql', '{ duration > 5 seconds }'],
    ['traceql', '{ span.http.route = "/" '],
  ] as const)('of %s is found: %s', (language, text) => {
    expect(mistakeIn({ language, text })).toContain(`${language} breaks at position `);
  });

  it('in the name of a variable is found', () => {
    expect(() => withValues('rate(up[$__rate_intervall])', {})).toThrow('$__rate_intervall has no value');
    expect(withValues('{a="$service"} ${b.c:raw}', { service: 'd', 'b.c': 'e' })).toBe('{a="d"} e');
  });
});

describe('namesIn', () => {
  it.each([
    ['promql', 'sum by (a) (rate(b_total{c="d"}[1m])) / on () group_left () e', ['b_total', 'e']],
    ['logql', '{a="b"} |= "c" | d = "e" | f > 10 | g > 1s', ['a', 'd', 'f', 'g']],
    ['logql', 'sum by (a) (count_over_time({b="c"} [5m]))', ['a', 'b']],
    ['traceql', '{ resource.a = "b" && kind = server } | select(span.c.d)', ['resource.a', 'span.c.d']],
  ] as const)('reads %s: %s', (language, text, expected) => {
    expect(namesIn({ language, text })).toEqual(expected);
  });
});

it('reads alerts and recording rules', () => {
  const yaml = `
groups:
  - name: example
    rules:
      - alert: Down
        expr: up == 0
      - record: job:up:sum
        expr: |
          sum by (job) (up)
`;
  expect(queriesOfRules('alerts.yaml', yaml)).toEqual([
    { where: 'alerts.yaml: Down', language: 'promql', text: 'up == 0' },
    { where: 'alerts.yaml: job:up:sum', language: 'promql', text: 'sum by (job) (up)' },
  ]);
  expect(listQueries(join(root, 'docs'))).toEqual([]);
});

it('reads the links of traces to logs and metrics', () => {
  const yaml = `
datasources:
  - name: Loki
  - name: Tempo
    jsonData:
      tracesToLogsV2: { query: '{$\${__tags}} | trace_id = "$\${__trace.traceId}"' }
      tracesToMetrics: { queries: [{ name: Requests, query: 'a{$$__tags}' }] }
`;
  expect(queriesOfDataSources('data-sources.yaml', yaml)).toEqual([
    {
      where: 'data-sources.yaml: Tempo: logs',
      language: 'logql',
      text: '{${__tags}} | trace_id = "${__trace.traceId}"',
    },
    { where: 'data-sources.yaml: Tempo: Requests', language: 'promql', text: 'a{$__tags}' },
  ]);
});
