import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { routesSchema } from './route-table.ts';

const schema = routesSchema(['auth-service', 'user-service']);

function mistakes(text: string): string[] {
  const issues = schema.safeParse(text).error?.issues ?? [];
  return issues.map((issue) => `${String((issue as { params?: { line?: number } }).params?.line)}: ${issue.message}`);
}

it('reads the routes that are shipped, the longest prefix first', () => {
  const table = schema.parse(readFileSync(join(import.meta.dirname, '..', 'routes.yaml'), 'utf8'));
  const lengths = table.routes.map(({ prefix }) => prefix.length);
  expect(lengths).toEqual(lengths.toSorted((one, other) => other - one));
  const open = table.routes.filter(({ token }) => token === 'none').map(({ prefix }) => prefix);
  expect(open.sort()).toEqual(['/.well-known/jwks.json', '/auth']);
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

it('names two routes of one prefix, and what is no YAML', () => {
  const twice = `routes:\n  - { prefix: /a, upstream: user-service }\n  - { prefix: /A, upstream: user-service }\n`;
  expect(mistakes(twice)).toEqual(['3: routes.1.prefix: /A is there already']);
  expect(mistakes('routes:\n  - prefix: [\n')[0]).toMatch(/^\d: /);
  expect(mistakes('routes: []\nroutes: []\n')[0]).toMatch(/^2: /);
  expect(mistakes('')[0]).toMatch(/^1: /);
});

it('has closed security headers unless the table says otherwise', () => {
  expect(schema.parse('routes: []').response_headers).toHaveProperty('X-Content-Type-Options', 'nosniff');
  expect(schema.parse('routes: []\nresponse_headers: { X-One: two }').response_headers).toEqual({ 'X-One': 'two' });
});

it('reports what YAML itself cannot read, whichever step finds it', () => {
  expect(mistakes('routes: [\n')).toEqual([expect.stringMatching(/^2: /)]);
  expect(mistakes('routes:\n  - *nobody\n')).toEqual([expect.stringMatching(/^2: .*nobody/)]);
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
  for (const [name, of] of ['ba', 'cb', 'dc', 'ed']) bomb.push(`${name}: &${name} [${`*${of}, `.repeat(10)}]`);
  expect(mistakes(bomb.join('\n'))).toEqual([expect.stringContaining('alias')]);
});
