import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { eachLike, like, number, regex } from '../src/contracts/matchers.ts';
import { canonicalText, pactPath, readPacts, type PactFile } from '../src/contracts/pact-file.ts';
import { serveProvider, type ProviderUnderTest } from '../src/contracts/provider-front.ts';
import { describeBreaches, verifyPact } from '../src/contracts/verify-pact.ts';
import { whyNoPact } from '../src/contracts/why-no-pact.ts';

// A shop relies on some fields of a stock. The stock is then changed, as people would change it.
const missing = await whyNoPact();
const folder = mkdtempSync(join(tmpdir(), 'evenkeel-contracts-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(({ skip }) => skip(missing !== undefined, missing));

const article = { code: 'A1', price: 5, sizes: ['M'], seller: { name: 'Ada' }, weight_g: 120 };
const states: ProviderUnderTest['states'] = { 'there are no users': () => undefined };
let contract: PactFile;

/** Writes the shop's contract, as its tests would. */
async function write(name: string, ...descriptions: string[]): Promise<PactFile> {
  process.env['PACT_DO_NOT_TRACK'] = 'true';
  const { Pact } = await import('@pact-foundation/pact');
  const own = mkdtempSync(join(folder, name));
  const pact = new Pact({ consumer: 'shop', provider: 'stock', dir: own, logLevel: 'error' });
  for (const description of descriptions) {
    await pact
      .addInteraction()
      .given('there are no users')
      .uponReceiving(description)
      .withRequest('GET', '/articles/A1', (request) => request.headers({ authorization: 'Bearer stock:read' }))
      .willRespondWith(200, (response) =>
        response
          .headers({ 'retry-after': regex(/^\d+$/, '1') })
          .jsonBody({ code: 'A1', price: number(5), sizes: eachLike('M'), seller: { name: like('Ada') } }),
      )
      .executeTest(({ url }) => fetch(`${url}/articles/A1`, { headers: { authorization: 'Bearer stock:read' } }));
  }
  const path = pactPath('shop', 'stock', own);
  writeFileSync(path, canonicalText(readFileSync(path, 'utf8')));
  return readPacts(own)[0] as PactFile;
}

beforeAll(async () => {
  if (missing === undefined) contract = await write('one', 'the code of an article');
});

async function verify(app: RequestListener, { of = contract, handlers = states, env = process.env } = {}) {
  const provider = { app, tokenFor: () => 'a real token', states: handlers, [Symbol.asyncDispose]: async () => {} };
  await using front = await serveProvider(provider);
  const breaches = await verifyPact(of, front, env);
  return { breaches, failures: front.failures };
}

const respond =
  (body: unknown, status = 200, headers = { 'retry-after': '2' }): RequestListener =>
  (request, response) => {
    if (request.headers.authorization !== 'Bearer a real token') return void response.writeHead(401).end();
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };

const without = (name: keyof typeof article) =>
  Object.fromEntries(Object.entries(article).filter(([each]) => each !== name));

it('accepts other values of the same shape', async () => {
  const other = { ...article, price: 1.5, sizes: ['L', 'XL'], seller: { name: 'Bob' } };
  expect(await verify(respond(other))).toEqual({ breaches: [], failures: [] });
});

it.each([
  ['renamed', { ...without('weight_g'), weight: 120 }],
  ['retyped', { ...article, weight_g: 'light' }],
])('accepts that a field which the consumer does not read is %s', async (_, body) => {
  expect(await verify(respond(body))).toEqual({ breaches: [], failures: [] });
});

it('refuses that a field which the consumer reads is renamed, and names it', async () => {
  const { breaches } = await verify(respond({ ...without('price'), cost: 5 }));
  const details = ['the field price is missing'];
  expect(breaches).toEqual([{ interaction: 'the code of an article', request: 'GET /articles/A1', details }]);
  expect(describeBreaches(contract, breaches)).toMatch(
    /^stock breaks its contract with shop:\n {2}"the code of an article" \(GET \/articles\/A1\)\n {4}the field price is missing\n/,
  );
});

it('names each field that is of another type, missing inside another, or has a value that is not known', async () => {
  const { breaches } = await verify(respond({ code: 'B2', price: '5', sizes: [1], seller: { label: 'Ada' } }));
  expect(breaches.flatMap(({ details }) => details).sort()).toEqual([
    expect.stringMatching(/^the field code: /),
    "the field price: Expected '5' (String) to be a number",
    'the field seller.name is missing',
    expect.stringMatching(/^the field sizes\[0\]: /),
  ]);
});

it('names the status and the headers', async () => {
  const { breaches } = await verify(respond(article, 404, { 'retry-after': 'soon' }));
  const details = breaches.flatMap(({ details }) => details);
  expect(details.sort()).toEqual([
    expect.stringMatching(/^the header retry-after: /),
    expect.stringMatching(/^the status: expected 200 but was 404/),
  ]);
});

it('fails for a state without a handler, and for a handler that fails', async () => {
  const none = await verify(respond(article), { handlers: {} });
  expect(none.failures).toEqual([expect.stringContaining('There is no handler for the state "there are no users"')]);
  const boom = () => Promise.reject(new Error('the store is broken'));
  const failing = await verify(respond(article), { handlers: { 'there are no users': boom } });
  expect(failing.failures).toEqual([expect.stringContaining('the store is broken')]);
});

it('writes the same contract in whichever order its interactions ran', async () => {
  const [one, two] = [
    await write('a', 'an article', 'a cheap article'),
    await write('b', 'a cheap article', 'an article'),
  ];
  expect(readFileSync(one.path, 'utf8')).toBe(readFileSync(two.path, 'utf8'));
  expect(one.interactions.map(({ description }) => description)).toEqual(['a cheap article', 'an article']);
});

it('reports nothing to the makers of Pact', async () => {
  let connections = 0;
  const proxy = createServer((socket) => {
    connections++;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const url = `http://127.0.0.1:${String((proxy.address() as AddressInfo).port)}`;
  const proxies = { HTTPS_PROXY: url, https_proxy: url, NO_PROXY: '127.0.0.1', no_proxy: '127.0.0.1' };
  const env = { ...process.env, ...proxies, PACT_DO_NOT_TRACK: undefined };
  await verify(respond(article), { env });
  proxy.close();
  expect(connections).toBe(0);
});
