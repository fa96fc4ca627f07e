import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { routesSchema } from './route-table.ts';
import { upstreamVariables } from './upstream-variables.ts';

const schema = routesSchema(['auth-service', 'user-service']);

function readShipped() {
  const text = readFileSync(join(import.meta.dirname, '..', 'routes.yaml'), 'utf8');
  return routesSchema(Object.keys(upstreamVariables)).parse(text);
}

function mistakes(text: string): string[] {
  const issues = schema.safeParse(text).error?.issues ?? [];
  return issues.map((issue) => {
    const { line } = (issue as { params: { line?: number } }).params;
    return line === undefined ? issue.message : `${String(line)}: ${issue.message}`;
  });
}

it('reads the routes that are shipped', () => {
  const open = readShipped()
    .routes.filter(({ token }) => token === 'none')
    .map(({ prefix }) => prefix);
  expect(open.sort()).toEqual(['/.well-known/jwks.json', '/auth', '/auth/login', '/auth/register']);
});

it('ships a narrow limit for changes of a profile, whose 409 tells that an email has an account', () => {
  const change = readShipped().find('/users/42')?.byMethod.get('PATCH');
  expect(change?.token).toBe('required');
  const { requests, window_s } = change?.rate_limit ?? { requests: Number.POSITIVE_INFINITY, window_s: 1 };
  expect(requests / window_s).toBeLessThanOrEqual(30 / 60);
});

it('reports every mistake with its line', () => {
  const text = `routes:
  - prefix: /a/
    upstream: auth-servce
    metods: [GET]
    mehtods: [GET]
  - upstream: user-service
    timeout_ms: soon
response_headers:
  X-Good: 'yes'
  X Bad: 'no'
breker: {}
`;
  const found = mistakes(text);
  expect(found.map((mistake) => mistake.split(': ', 2).join(': '))).toEqual(
    expect.arrayContaining([
      '2: routes.0.prefix',
      '3: routes.0.upstream',
      '4: routes.0.metods',
      '5: routes.0.mehtods',
      '6: routes.1.prefix',
      '7: routes.1.timeout_ms',
      '10: response_headers.X Bad',
      '11: breker',
    ]),
  );
  expect(found).toHaveLength(8);
});

it('lets a prefix have several routes, as long as no method is in two of them', () => {
  const route = (prefix: string, methods: string) => `  - { upstream: user-service, prefix: ${prefix}${methods} }\n`;
  const read = `routes:\n${route('/a', ', methods: [GET, HEAD]')}`;
  const apart = schema.parse(read + route('/A', ', methods: [PATCH]') + route('/a/b', ', methods: [GET]'));
  expect(apart.routes.map(({ prefix, methods }) => [prefix, ...methods])).toEqual([
    ['/a', 'GET', 'HEAD'],
    ['/A', 'PATCH'],
    ['/a/b', 'GET'],
  ]);
  const both = read + route('/b', '') + route('/A', ', methods: [PATCH, HEAD]') + route('/a', '');
  expect(mistakes(both)).toEqual([
    '4: routes.2.prefix: /A is in line 2 already, for HEAD',
    '5: routes.3.prefix: /a is in line 2 already, for GET, HEAD',
    '5: routes.3.prefix: /a is in line 4 already, for PATCH',
  ]);
  const anything = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';
  expect(mistakes(`routes:\n${route('/a', '')}${route('/a', '')}`)).toEqual([
    `3: routes.1.prefix: /a is in line 2 already, for ${anything}`,
  ]);
});

it('names what is no YAML', () => {
  expect(mistakes('routes:\n  - prefix: [\n')[0]).toMatch(/^\d: /);
  expect(mistakes('routes: []\nroutes: []\n')[0]).toMatch(/^2: /);
  expect(mistakes('')[0]).toMatch(/^1: /);
});

it('has closed security headers unless the table says otherwise', () => {
  expect(schema.parse('routes: []').response_headers.join()).toContain('X-Content-Type-Options,nosniff');
  expect(schema.parse('routes: []\nresponse_headers: { X-One: two }').response_headers).toEqual(['X-One', 'two']);
});

it('reports what YAML itself cannot read', () => {
  expect(mistakes('routes: [\n')).toEqual([expect.stringMatching(/^2: /)]);
  expect(mistakes('routes:\n  - *nobody\n')).toEqual([expect.stringMatching(/^2: .*nobody/)]);
  expect(mistakes('routes: []\n---\nroutes: []\n')).toEqual(['1: is more than one document']);
  const deep = 30;
  expect(mistakes(`routes: ${'['.repeat(deep)}${']'.repeat(deep)}`)).toEqual([expect.stringContaining('nesting')]);
});

it('names the place of a mistake, or the nearest one above it, through all notations of YAML', () => {
  const text = `%YAML 1.2
---
breaker: &usual !!map
  failures: many
"routes":
- prefix: /a
  'upstream': nobody
  methods: [GET,
            PUSH]
-
- *usual
`;
  expect(mistakes(text).map((mistake) => mistake.split(': ', 2).join(': '))).toEqual([
    '7: routes.0.upstream',
    '9: routes.0.methods.1',
    '5: routes.1',
    '11: routes.2.prefix',
    '11: routes.2.upstream',
    '11: routes.2.failures',
    '4: breaker.failures',
  ]);
});

describe('limits', () => {
  const list = (count: number, rest = '') =>
    `routes:\n${Array.from({ length: count }, (_, index) => `- {prefix: /${String(index)}, upstream: user-service${rest}}\n`).join('')}`;

  it('takes 5,000 routes and refuses one more', () => {
    expect(schema.parse(list(5_000)).find('/4999/x')?.prefix).toBe('/4999');
    expect(mistakes(`# comment\n${list(5_001)}`)).toEqual(['2: has 5001 routes, more than 5000']);
  });

  it('takes 384 KiB and does not even read what is larger', () => {
    const comment = (bytes: number) => `routes: []\n#${'é'.repeat((bytes - 12) / 2)}`;
    expect(mistakes(comment(393_216))).toEqual([]);
    expect(mistakes(`${comment(393_216)}[[`)).toEqual(['has 393218 bytes, more than 393216']);
  });

  it('counts what an alias stands for as often as it is used', () => {
    const roles = (count: number) => `[${'admin,'.repeat(count)}]`;
    const shared = (count: number) => list(200, ', roles: *r').replace(/(?<=\/0,.*)\*r/, `&r ${roles(count)}`);
    expect(schema.parse(shared(400)).routes).toHaveLength(200);
    const tooMany = ['1: has more than 100000 values, counting what aliases stand for'];
    expect(mistakes(shared(500))).toEqual(tooMany);
    expect(mistakes('routes: &all [*all]')).toEqual(tooMany);
  });

  it('reports the first 20 mistakes, and how many there are in all', () => {
    for (const text of [list(1_000, ', metods: []'), list(1_001).replaceAll(/\/\d+/g, '/same')]) {
      const found = mistakes(text);
      expect(found).toHaveLength(21);
      expect(found[20]).toBe('and 980 more mistakes');
    }
    expect(mistakes(list(20, ', metods: []'))).toHaveLength(20);
  });
});
