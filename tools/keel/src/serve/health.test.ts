import type { Service } from '@evenkeel/stack';
import { expect, it } from 'vitest';
import { askHealth, changes } from './health.ts';

const services = [
  { name: 'well', adminPort: 1 },
  { name: 'poor', adminPort: 2 },
  { name: 'refused', adminPort: 3 },
  { name: 'gone', adminPort: 4 },
] as Service[];

it('says of each service which check failed', async () => {
  const bodies: Record<string, object> = {
    'http://127.0.0.1:1/healthz': { status: 'ok', checks: {} },
    'http://127.0.0.1:2/healthz': {
      status: 'degraded',
      checks: { postgres: { status: 'failed', error: 'no route' }, redis: { status: 'ok' } },
    },
    'http://127.0.0.1:3/healthz': { status: 'degraded', checks: {}, config: { error: 'routes.yaml:3' } },
  };
  const get = (url: unknown) => {
    const body = bodies[String(url)];
    return body === undefined ? Promise.reject(new Error('refused')) : Promise.resolve(Response.json(body));
  };
  expect(await askHealth(services, get as typeof fetch)).toEqual({
    well: 'ok',
    poor: 'degraded: postgres failed (no route)',
    refused: 'degraded: the configuration was rejected (routes.yaml:3)',
    gone: 'no response from port 4',
  });
});

it('tells what is different from before, and nothing of a service that is well at first', () => {
  expect(changes({}, { a: 'ok', b: 'no response from port 1' })).toEqual(['b: no response from port 1']);
  expect(changes({ a: 'ok', b: 'ok' }, { a: 'ok', b: 'ok' })).toEqual([]);
  expect(changes({ a: 'degraded: x', b: 'ok' }, { a: 'ok', b: 'ok' })).toEqual(['a: ok']);
});
