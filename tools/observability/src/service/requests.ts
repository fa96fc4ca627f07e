import { row } from '../layout.ts';
import { toExplore } from '../links.ts';
import { heatmap } from '../panels/heatmap.ts';
import { timeSeries } from '../panels/time-series.ts';
import { duration, errorRatio, perSecond, requests, slowerThan } from '../promql.ts';
import { buckets, series } from '../query.ts';
import { SPANS, WHERE } from './selected.ts';

const SERVED = `${SPANS} && kind = server`;
const ROUTE = 'span.http.route = "${__field.labels.http_route}"';

const BY_ROUTE = 'http_request_method, http_route';
const LEGEND = '{{http_request_method}} {{http_route}}';

// A bound of one second is written in one of two ways, depending on the format of the scrape.
const BOUNDS = ['0.05', '0.1', '0.25', '0.5', '1', '1.0', '2.5'];

export const requestsRow = row(
  'Requests',
  [
    timeSeries({
      title: 'Requests by route',
      description: 'Requests per second. A route without a name is an unknown path.',
      queries: [series(requests(BY_ROUTE, WHERE), LEGEND)],
      ...{ unit: 'reqps', stacked: true },
    }),
    timeSeries({
      title: 'Error ratio by route',
      description: 'The part of the requests that failed with a 5xx status. Click on a point for their traces.',
      queries: [series(errorRatio(BY_ROUTE, WHERE), LEGEND)],
      ...{ unit: 'percentunit', limit: 0.05 },
      links: [toExplore('Failed traces of this route', 'traceql', `{ ${SERVED} && ${ROUTE} && status = error }`)],
    }),
    timeSeries({
      title: 'Duration by route, p95',
      description: '95 % of the requests took at most this long. Click on a point for traces that took longer.',
      queries: [series(duration(0.95, BY_ROUTE, WHERE), LEGEND)],
      ...{ unit: 's', limit: 0.25 },
      links: [
        toExplore('Slower traces of this route', 'traceql', `{ ${SERVED} && ${ROUTE} && duration > \${__value.raw}s }`),
      ],
    }),
  ],
  [
    heatmap({
      title: 'Durations',
      description: 'How many requests took how long. Two bands: two kinds of requests, such as hits and misses.',
      queries: [buckets(perSecond('http_server_request_duration_seconds_bucket', 'le', WHERE))],
      unit: 's',
    }),
    timeSeries({
      title: 'Requests slower than a bucket',
      description: 'Requests per second that took longer. Click on a point for their traces.',
      queries: [series(slowerThan(BOUNDS, WHERE), 'over {{le}} s')],
      unit: 'reqps',
      links: [toExplore('Traces over this bound', 'traceql', `{ ${SERVED} && duration > \${__field.labels.le}s }`)],
    }),
  ],
);
