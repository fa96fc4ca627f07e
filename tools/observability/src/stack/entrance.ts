import { row, type Row } from '../layout.ts';
import { stateTimeline } from '../panels/state-timeline.ts';
import { timeSeries } from '../panels/time-series.ts';
import { duration, errorRatio, perSecond, requests } from '../promql.ts';
import { series } from '../query.ts';

/** What clients see, by route of the gateways. */
export function entrance(gateways: readonly string[]): Row {
  const where = `service_name=~"${gateways.join('|')}"`;
  return row(
    'Gateway',
    [
      timeSeries({
        title: 'Requests by route',
        description: 'Requests per second of clients. A route without a name is an unknown path.',
        queries: [series(requests('http_route', where), '{{http_route}}')],
        ...{ unit: 'reqps', stacked: true },
      }),
      timeSeries({
        title: 'Error ratio by route',
        description: 'The part of the requests that clients saw fail with a 5xx status.',
        queries: [series(errorRatio('http_route', where), '{{http_route}}')],
        ...{ unit: 'percentunit', limit: 0.05 },
      }),
      timeSeries({
        title: 'Duration by route, p95',
        description: '95 % of the requests took at most this long.',
        queries: [series(duration(0.95, 'http_route', where), '{{http_route}}')],
        ...{ unit: 's', limit: 0.25 },
      }),
    ],
    [
      stateTimeline({
        title: 'Breakers',
        description: 'An open breaker refuses requests to an upstream that keeps failing; it closes by itself.',
        queries: [series('max by (upstream) (gateway_breaker_open)', '{{upstream}}')],
        states: { 0: ['closed', 'green'], 1: ['open', 'red'] },
      }),
      timeSeries({
        title: 'Rate-limited requests',
        description: 'Responses with status 429 per second. Many of one route: an attack, or a limit that is too low.',
        queries: [
          series(
            requests('service_name, http_route', 'http_response_status_code="429"'),
            '{{service_name}} {{http_route}}',
          ),
        ],
        unit: 'reqps',
      }),
      timeSeries({
        title: 'Stale responses',
        description: 'Last good copies per second, sent in place of an upstream that is away.',
        queries: [series(perSecond('gateway_stale_responses_total', 'upstream'), '{{upstream}}')],
        unit: 'reqps',
      }),
    ],
  );
}
