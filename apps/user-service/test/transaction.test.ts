import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bootService, NEVER, PASSWORD, type ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await bootService();
});
afterAll(() => service[Symbol.asyncDispose]());

const insert = `INSERT INTO users (id, email, name, roles, password_hash) VALUES ($1, $2, 'N', '{user}', 'h')`;
const add = (email: string): [string, string[]] => [insert, [randomUUID(), email]];
const known = async (email: string) =>
  (await service.database.query('SELECT FROM users WHERE email = $1', [email])).length === 1;

it('writes nothing outside of a transaction', async () => {
  await expect(service.database.query(...add('alone@example.com'))).rejects.toThrow();
  expect(await known('alone@example.com')).toBe(false);
});

it('does not take a transaction for committed in which a statement failed, even if its error was caught', async () => {
  const { database } = service;
  const swallowing = database.transaction(async (query) => {
    await query(...add('swallowed@example.com'));
    await query('SELECT 1 / 0').catch(() => undefined);
  }, NEVER);
  await expect(swallowing).rejects.toThrow('ROLLBACK');
  expect(await known('swallowed@example.com')).toBe(false);
});

it('commits nothing for a caller who has disconnected', async () => {
  const leaving = new AbortController();
  const gone = new Error('gone');
  const left = service.database.transaction(async (query) => {
    await query(...add('left@example.com'));
    leaving.abort(gone);
  }, leaving.signal);
  await expect(left).rejects.toBe(gone);
  expect(await known('left@example.com')).toBe(false);
});

it('reports a commit whose acknowledgement is lost as perhaps done, and it is safe to retry', async () => {
  await using line = await losingCommits(service.databaseUrl);
  await using behind = await bootService({
    database: { url: line.url, password: service.databasePassword },
    limitMs: 3_000,
  });
  const admin = await service.addUser(['admin']);
  const body = { email: 'ambiguous@example.com', name: 'Ambiguous', password: PASSWORD };
  const headers = { 'idempotency-key': randomUUID() };
  const create = () => behind.send('POST', '/users', { as: token, body, headers });
  const token = behind.keys.userToken({ sub: admin.id, roles: ['admin'] });

  expect(await create()).toMatchObject({ status: 504, body: { code: 'timeout' } });
  expect(line.lost()).toBe(1);
  await expect.poll(() => known(body.email)).toBe(true);
  const again = await create();
  expect(again).toMatchObject({ status: 201, body: { email: body.email } });
  expect(again.headers.get('idempotency-replayed')).toBe('true');
});

/** A way to PostgreSQL on which a COMMIT still arrives, and nothing comes back after it. */
async function losingCommits(url: string) {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let lost = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    sockets.add(client).add(upstream);
    upstream.pipe(client);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const)
      from.on('error', () => to.destroy()).on('close', () => to.destroy());
    client.on('data', (chunk) => {
      if (chunk.includes('COMMIT')) {
        lost++;
        upstream.unpipe().resume();
      }
      upstream.write(chunk);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = new URL(url);
  own.hostname = '127.0.0.1';
  own.port = String((server.address() as AddressInfo).port);
  return {
    url: own.href,
    lost: () => lost,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
