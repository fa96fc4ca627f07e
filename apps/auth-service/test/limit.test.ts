import { afterEach, beforeEach, expect, it } from 'vitest';
import { AppError } from '@evenkeel/errors';
import type { Answer } from '@evenkeel/testing';
import { bootService, CLIENT_SECRET, PASSWORD, type ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
beforeEach(async () => {
  service = await bootService({
    env: {
      LOGIN_ADDRESS_RATE: '20/60',
      LOGIN_ACCOUNT_ADDRESS_RATE: '3/60',
      LOGIN_ACCOUNT_RATE: '5/60',
      REGISTER_ADDRESS_RATE: '4/60',
      REGISTER_ACCOUNT_ADDRESS_RATE: '2/60',
      EMAIL_ACCOUNT_RATE: '3/60',
      REFRESH_ADDRESS_RATE: '6/60',
      REFRESH_ACCOUNT_RATE: '4/60',
      SERVICE_TOKEN_ADDRESS_RATE: '5/60',
    },
  });
});
afterEach(() => service[Symbol.asyncDispose]());

// The test's own address is a trusted proxy by default: the client it forwards for is in `Forwarded`.
const from = (address: string) => ({ forwarded: `for=${address}` });
const login = (email: string, password: string, address: string) =>
  service.post('/auth/login', { email, password }, from(address));

function expectLimited({ status, headers, body }: Answer<Record<string, unknown>>): void {
  expect(status).toBe(429);
  expect(body['code']).toBe('rate_limited');
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60);
}

async function ada(address: string): Promise<string> {
  const body = { email: 'ada@example.com', password: PASSWORD, name: 'Ada' };
  expect((await service.post('/auth/register', body, from(address))).status).toBe(201);
  return body.email;
}

it('stops guesses at one account from one address, and no other client', async () => {
  const email = await ada('192.0.2.1');
  for (let guess = 0; guess < 3; guess++) expect((await login(email, 'wrong', '203.0.113.9')).status).toBe(401);
  expectLimited(await login(email, 'wrong', '203.0.113.9'));
  expectLimited(await login(email, PASSWORD, '203.0.113.9'));
  expect((await login(email, PASSWORD, '192.0.2.1')).status).toBe(200);
  expect((await login('other@example.com', 'wrong', '203.0.113.9')).status).toBe(401);
});

it('counts guesses at one account however its email is written', async () => {
  const spellings = ['ivan@xn--80a1acny.xn--p1ai', 'Ivan@ПОЧТА.рф', ' ivan@почта。рф '];
  for (const email of spellings) expect((await login(email, 'wrong', '203.0.113.9')).status).toBe(401);
  expectLimited(await login('IVAN@почта.рф', 'wrong', '203.0.113.9'));
});

it('counts a client by its address where a proxy adds the port', async () => {
  for (const port of ['4444', '4445', '4446']) {
    expect((await login('ada@example.com', 'wrong', `"203.0.113.9:${port}"`)).status).toBe(401);
  }
  expectLimited(await login('ada@example.com', 'wrong', '203.0.113.9'));
  expect((await login('ada@example.com', 'wrong', '"203.0.113.10:4444"')).status).toBe(401);
});

it('stops guessing from many addresses, but not the owner where they have signed in before', async () => {
  const email = await ada('192.0.2.1');
  for (let guess = 1; guess <= 5; guess++) {
    expect((await login(email, 'wrong', `203.0.113.${String(guess)}`)).status).toBe(401);
  }
  expectLimited(await login(email, 'wrong', '203.0.113.6'));
  expectLimited(await login(email, PASSWORD, '198.51.100.1'));
  expect((await login(email, PASSWORD, '192.0.2.1')).status).toBe(200);
});

it('does not count logins that succeed against the account', async () => {
  const email = await ada('192.0.2.1');
  for (let time = 1; time <= 8; time++) {
    expect((await login(email, PASSWORD, `198.51.100.${String(time)}`)).status).toBe(200);
  }
  for (let round = 0; round < 2; round++) {
    expect((await login(email, 'wrong', '192.0.2.1')).status).toBe(401);
    expect((await login(email, 'wrong', '192.0.2.1')).status).toBe(401);
    expect((await login(email, PASSWORD, '192.0.2.1')).status).toBe(200);
  }
});

it('does not count an outage against the account', async () => {
  const email = await ada('192.0.2.1');
  service.users.failure = new AppError('unavailable', 'Later.');
  for (let time = 0; time < 8; time++) expect((await login(email, PASSWORD, '198.51.100.1')).status).toBe(503);
  service.users.failure = undefined;
  expect((await login(email, PASSWORD, '198.51.100.1')).status).toBe(200);
});

it('limits one address over all accounts, with a whole IPv6 network as one', async () => {
  for (let user = 0; user < 20; user++) {
    const address = `"[2001:db8:1:2::${user.toString(16)}]"`;
    expect((await login(`user-${String(user)}@example.com`, 'wrong', address)).status).toBe(401);
  }
  expectLimited(await login('one-more@example.com', 'wrong', '"[2001:db8:1:2:ffff::1]"'));
  expect((await login('one-more@example.com', 'wrong', '"[2001:db8:1:3::1]"')).status).toBe(401);
});

it('limits registrations by address, and of one email by address', async () => {
  const email = await ada('192.0.2.1');
  const register = (address: string, as: string) =>
    service.post('/auth/register', { email: as, password: PASSWORD, name: 'X' }, from(address));
  expect((await register('203.0.113.9', email)).status).toBe(409);
  expect((await register('203.0.113.9', email)).status).toBe(409);
  expectLimited(await register('203.0.113.9', email));
  expect((await register('203.0.113.9', 'bob@example.com')).status).toBe(201);
  expectLimited(await register('203.0.113.9', 'eve@example.com'));
  expect((await register('198.51.100.1', 'eve@example.com')).status).toBe(201);
});

it('limits refreshes by address, whatever the tokens', async () => {
  const { refresh_token } = await service.someone();
  const refresh = (token: string, address: string) =>
    service.post('/auth/refresh', { refresh_token: token }, from(address));
  for (let time = 0; time < 6; time++) expect((await refresh('made up', '203.0.113.9')).status).toBe(401);
  expectLimited(await refresh('made up', '203.0.113.9'));
  expect((await refresh(refresh_token, '192.0.2.1')).status).toBe(200);
});

it('limits refreshes by account, which attackers cannot use up', async () => {
  let { refresh_token } = await service.someone();
  const stolen = refresh_token;
  for (let time = 1; time <= 4; time++) {
    const address = from(`192.0.2.${String(time)}`);
    expect((await service.post('/auth/refresh', { refresh_token: 'made up' }, address)).status).toBe(401);
    const answer = await service.post<{ refresh_token: string }>('/auth/refresh', { refresh_token }, address);
    expect(answer.status).toBe(200);
    refresh_token = answer.body.refresh_token;
    expect((await service.post('/auth/refresh', { refresh_token: stolen }, address)).status).toBe(401);
  }
  expectLimited(await service.post('/auth/refresh', { refresh_token }, from('192.0.2.9')));
  const { refresh_token: others } = await service.someone();
  expect((await service.post('/auth/refresh', { refresh_token: others }, from('192.0.2.9'))).status).toBe(200);
});

const confirm = (body: { email: string; password: string; new_email?: string }, address: string) =>
  service.asUserService('credentials:confirm', '/internal/credentials/confirm', body, from(address));

it('counts guesses of a signed-in user like logins, and lets no attacker use up those of the owner', async () => {
  const email = await ada('192.0.2.1');
  const guess = { email, password: 'wrong' };
  expect((await confirm(guess, '203.0.113.9')).status).toBe(401);
  expect((await login(email, 'wrong', '203.0.113.9')).status).toBe(401);
  expect((await confirm(guess, '203.0.113.9')).status).toBe(401);
  expectLimited(await confirm({ email, password: PASSWORD }, '203.0.113.9'));
  expectLimited(await login(email, PASSWORD, '203.0.113.9'));
  for (const last of ['10', '11']) expect((await confirm(guess, `203.0.113.${last}`)).status).toBe(401);
  expectLimited(await confirm(guess, '203.0.113.12'));
  expectLimited(await login(email, PASSWORD, '198.51.100.1'));
  const confirmed = await confirm({ email, password: PASSWORD }, '192.0.2.1');
  expect(confirmed).toMatchObject({ status: 200, body: { email, credentials_version: 1 } });
});

it('limits the new emails of one user, from all addresses together', async () => {
  const email = await ada('192.0.2.1');
  const ask = (which: number) =>
    confirm(
      { email, password: PASSWORD, new_email: `new-${String(which)}@example.com` },
      `198.51.100.${String(which)}`,
    );
  for (let probe = 1; probe <= 3; probe++) expect((await ask(probe)).status).toBe(200);
  expectLimited(await ask(4));
});

it('counts new emails like registrations, by address', async () => {
  const email = await ada('192.0.2.1');
  const ask = () => confirm({ email, password: PASSWORD, new_email: 'bob@example.com' }, '192.0.2.1');
  for (let probe = 1; probe <= 2; probe++) expect((await ask()).status).toBe(200);
  expectLimited(await ask());
  const register = (address: string) =>
    service.post('/auth/register', { email: 'eve@example.com', password: PASSWORD, name: 'Eve' }, from(address));
  expectLimited(await register('192.0.2.1'));
  expect((await register('198.51.100.1')).status).toBe(201);
});

it('uses up no emails of a user for guesses of the password', async () => {
  const email = await ada('192.0.2.1');
  const ask = (password: string, address: string) =>
    confirm({ email, password, new_email: 'bob@example.com' }, address);
  for (let guess = 1; guess <= 3; guess++) expect((await ask('wrong', '203.0.113.9')).status).toBe(401);
  expect((await ask(PASSWORD, '192.0.2.1')).status).toBe(200);
});

it('limits requests for service tokens by address, right ones too', async () => {
  const ask = (client_secret: string, address: string) =>
    service.post('/internal/token', { client_id: 'user-service', client_secret, scope: 'sessions:end' }, from(address));
  for (let guess = 0; guess < 5; guess++) expect((await ask('wrong', '203.0.113.9')).status).toBe(401);
  expectLimited(await ask('wrong', '203.0.113.9'));
  expectLimited(await ask(CLIENT_SECRET, '203.0.113.9'));
  expect((await ask(CLIENT_SECRET, '192.0.2.1')).status).toBe(200);
});
