import { metrics } from '@opentelemetry/api';
import type pg from 'pg';
import { SERVICE_NAME } from '../config.ts';

/** Shows the connections of a pool, and what waits for one, by OpenTelemetry's semantic conventions. */
export function observePool(pool: pg.Pool, name: string): void {
  const meter = metrics.getMeter(`@evenkeel/${SERVICE_NAME}`);
  const ofPool = { 'db.client.connection.pool.name': name };
  meter
    .createObservableUpDownCounter('db.client.connection.count', { description: 'Connections of the pool, by state' })
    .addCallback((result) => {
      result.observe(pool.idleCount, { ...ofPool, 'db.client.connection.state': 'idle' });
      result.observe(pool.totalCount - pool.idleCount, { ...ofPool, 'db.client.connection.state': 'used' });
    });
  meter
    .createObservableUpDownCounter('db.client.connection.max', { description: 'The most connections of the pool' })
    .addCallback((result) => result.observe(pool.options.max, ofPool));
  meter
    .createObservableUpDownCounter('db.client.connection.pending_requests', { description: 'Waiting for a connection' })
    .addCallback((result) => result.observe(pool.waitingCount, ofPool));
}
