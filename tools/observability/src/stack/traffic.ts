import { row } from '../layout.ts';
import { toService } from '../links.ts';
import { timeSeries } from '../panels/time-series.ts';
import { duration, errorRatio, requests } from '../promql.ts';
import { series } from '../query.ts';

const BY = 'service_name';
const LEGEND = '{{service_name}}';
const links = [toService];

const durationOf = (title: string, q: number, limit?: number) =>
  timeSeries({
    title: `Duration, ${title}`,
    description: `${q * 100} % of the requests took at most this long.`,
    queries: [series(duration(q, BY), LEGEND)],
    ...{ unit: 's', links },
    ...(limit !== undefined && { limit }),
  });

export const traffic = row(
  'Traffic',
  [
    timeSeries({
      title: 'Requests',
      description: 'Requests per second, without probes and scrapes. Services call each other as well.',
      queries: [series(requests(BY), LEGEND)],
      ...{ unit: 'reqps', links },
    }),
    timeSeries({
      title: 'Error ratio',
      description: 'The part of the requests that failed with a 5xx status.',
      queries: [series(errorRatio(BY), LEGEND)],
      ...{ unit: 'percentunit', limit: 0.05, links },
    }),
  ],
  [durationOf('p50', 0.5), durationOf('p95', 0.95, 0.25), durationOf('p99', 0.99)],
);
