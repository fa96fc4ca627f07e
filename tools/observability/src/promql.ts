/** What the panels of both dashboards ask in the same way. `where` is a list of label matchers, `by` one of labels. */

const REQUESTS = 'http_server_request_duration_seconds';

/** Events per second of a counter. */
export function perSecond(counter: string, by: string, where = ''): string {
  return `sum by (${by}) (rate(${counter}{${where}}[$__rate_interval]))`;
}

/** Requests per second. */
export function requests(by: string, where = ''): string {
  return perSecond(`${REQUESTS}_count`, by, where);
}

/** The part of the requests that failed with a 5xx status; 0 where none did. */
export function errorRatio(by: string, where = ''): string {
  const failed = requests(by, [where, 'http_response_status_code=~"5.."'].filter(Boolean).join(', '));
  const all = requests(by, where);
  return `(${failed} or ${all} * 0) / ${all}`;
}

/** A quantile of a histogram, such as 0.95, from its buckets. */
export function quantile(q: number, histogram: string, by: string, where = ''): string {
  return `histogram_quantile(${q}, ${perSecond(`${histogram}_bucket`, `le, ${by}`, where)})`;
}

/** How long requests take: a quantile in seconds. */
export function duration(q: number, by: string, where = ''): string {
  return quantile(q, REQUESTS, by, where);
}

/** Requests per second that took longer than each bound of the histogram's buckets that is named. */
export function slowerThan(bounds: readonly string[], where: string): string {
  const all = `sum(rate(${REQUESTS}_count{${where}}[$__rate_interval]))`;
  const within = perSecond(`${REQUESTS}_bucket`, 'le', `${where}, le=~"${bounds.join('|')}"`);
  return `${all} - on () group_right () ${within}`;
}
