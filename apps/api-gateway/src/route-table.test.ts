import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { routesSchema } from './route-table.ts';
import { upstreamVariables } from './upstream-variables.ts';

const schema = routesSchema(['auth-service', 'user-service']);

function readShipped() {
  const text = readFileSync(join(import.meta.dirname, '..', 'routes.yaml'), 'utf8');
  return routesSchema(Object.keys(upstreamVariables)).parse(text);
}

function mistakes(text: string): string[] {
  const issues = schema.safeParse(text).error?.issues ?? [];
  return issues.map((issue) => `${String((issue as { params?: { line?: number } }).params?.line)}: ${issue.message}`);
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

it('reports what YAML itself cannot read, whichever step finds it', () => {
  expect(mistakes('routes: [\n')).toEqual([expect.stringMatching(/^2: /)]);
  expect(mistakes('routes:\n  - *nobody\n')).toEqual([expect.stringMatching(/^2: .*nobody/)]);
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
  for (const [name, of] of ['ba', 'cb', 'dc', 'ed']) bomb.push(`${name}: &${name} [${`*${of}, `.repeat(10)}]`);
  expect(mistakes(bomb.join('\n'))).toEqual([expect.stringContaining('alias')]);
});
