import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { configSchema } from './config.ts';
import { BAD_TOKENS } from './request/access.ts';
import { routesSchema } from './route-table.ts';
import { upstreamVariables } from './upstream-variables.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const guide = read('../../../docs/guides/security.md').replaceAll(/\s+/g, ' ');
const { routes, max_in_flight: atUpstream } = routesSchema(Object.keys(upstreamVariables)).parse(
  read('../routes.yaml'),
);

it('the security guide says how old a cached response about users may be', () => {
  const copied = routes.filter(({ stale_if_error_s, token }) => stale_if_error_s > 0 && token === 'required');
  expect(copied.map(({ prefix }) => prefix)).toEqual(['/users']);
  expect(guide).toContain(
    `A cached response about users is at most ${String(copied[0]?.stale_if_error_s)} seconds old`,
  );
});

it('the security guide says which routes need a token: all but sign-in and the public keys', () => {
  expect(
    routes
      .filter(({ token }) => token === 'none')
      .map(({ prefix }) => prefix)
      .sort(),
  ).toEqual(['/.well-known/jwks.json', '/auth', '/auth/login', '/auth/register']);
});

it('the security guide says how many sign-ins, and how many registrations, of one network may be in flight', () => {
  const bounded = routes.filter(({ max_in_flight }) => max_in_flight !== undefined);
  expect(bounded.map(({ prefix }) => prefix).sort()).toEqual(['/auth/login', '/auth/register']);
  for (const { max_in_flight } of bounded)
    expect(guide).toContain(`at most ${String(max_in_flight)} sign-ins, and as many registrations, at the same time`);
});

it('the security guide says what slow and hostile clients may take', () => {
  const connections = configSchema.shape.MAX_CONNECTIONS.parse(undefined).toLocaleString('en');
  expect(guide).toContain(`A gateway takes ${connections} connections`);
  expect(guide).toContain(`at most ${String(atUpstream)} requests at the same time to each service`);
  for (const { min_rate, idle_timeout_ms } of routes) {
    expect(guide).toContain(`less than ${min_rate.toLocaleString('en')} bytes a second of a body`);
    expect(idle_timeout_ms).toBe(60_000);
  }
  expect(guide).toContain(`sent ${String(BAD_TOKENS.points)} invalid tokens within a minute`);
  expect(BAD_TOKENS.duration).toBe(60);
});
