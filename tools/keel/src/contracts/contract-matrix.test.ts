import { expect, it } from 'vitest';
import { contractMatrix } from './contract-matrix.ts';

const interaction = (
  description: string,
  path: string,
  response: { status: number; headers?: Record<string, string>; fields?: object },
) => {
  const { status, headers = {}, fields } = response;
  const body = fields === undefined ? {} : { body: { content: fields } };
  return { description, providerStates: [], request: { method: 'GET', path }, response: { status, headers, ...body } };
};
const pact = (consumer: string, provider: string) => ({
  path: '',
  consumer,
  provider,
  interactions: [
    interaction('an article', '/articles/1', { status: 200, fields: { price: 1, name: 'a' } }),
    interaction('an outage', '/articles', { status: 503, headers: { 'retry-after': '1' } }),
  ],
});

it('shows who relies on what of whom, and how that came out', () => {
  const pacts = [pact('web', 'shop'), pact('jobs', 'shop'), pact('web', 'mail')];
  const verified = [
    { consumer: 'web', provider: 'shop', state: 'passed' },
    { consumer: 'jobs', provider: 'shop', state: 'failed' },
  ] as const;
  const table = '  an article  GET /articles/1  200 price, name\n  an outage   GET /articles    503 retry-after';
  expect(contractMatrix(pacts, verified, { commit: 'abc1234' })).toBe(
    [
      `web relies on shop: verified at abc1234\n${table}`,
      `jobs relies on shop: BROKEN at abc1234\n${table}`,
      `web relies on mail: not verified at abc1234\n${table}`,
    ].join('\n\n'),
  );
  const [first] = contractMatrix(pacts, verified, { commit: 'abc1234', past: 'def5678' }).split('\n');
  expect(first).toBe('web of def5678 relies on shop: verified at abc1234');
});
