import { metrics } from '@opentelemetry/api';
import { SERVICE_NAME } from '../config.ts';
import type { Upstream } from './upstream.ts';

/** Shows each upstream's breaker, and the connections to it by OpenTelemetry's semantic conventions. */
export function observeUpstreams(upstreams: readonly Upstream[]): void {
  const meter = metrics.getMeter(`@evenkeel/${SERVICE_NAME}`);
  meter
    .createObservableGauge('gateway.breaker.open', { description: '1 while an upstream gets no requests but trials' })
    .addCallback((result) => {
      for (const { name, breaker } of upstreams) result.observe(breaker === 'closed' ? 0 : 1, { upstream: name });
    });
  meter
    .createObservableUpDownCounter('http.client.open_connections', { description: 'Connections to a server, by state' })
    .addCallback((result) => {
      for (const { url, pool } of upstreams) {
        const server = { 'server.address': url.hostname, 'server.port': Number(url.port) || 80 };
        const { connected, running } = pool.stats;
        const active = Math.min(running, connected);
        result.observe(active, { ...server, 'http.connection.state': 'active' });
        result.observe(connected - active, { ...server, 'http.connection.state': 'idle' });
      }
    });
}

/** Counts the requests that were answered with a copy, since their upstream was unavailable. */
export function createStaleCounter(upstreams: Iterable<string>): (upstream: string) => void {
  const stale = metrics.getMeter(`@evenkeel/${SERVICE_NAME}`).createCounter('gateway.stale_responses', {
    description: 'Responses from a copy, while the upstream is unavailable',
  });
  for (const upstream of upstreams) stale.add(0, { upstream });
  return (upstream) => stale.add(1, { upstream });
}
