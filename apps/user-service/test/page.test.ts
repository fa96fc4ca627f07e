import { afterAll, beforeAll, expect, it } from 'vitest';
import type { UserPage } from '@evenkeel/contracts';
import type { StoredUser } from '../src/user.ts';
import { bootService, NEVER, type ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
let admin: StoredUser;
let ids: string[];

beforeAll(async () => {
  service = await bootService();
  admin = await service.addUser(['admin']);
  const users = await Promise.all(Array.from({ length: 24 }, () => service.addUser()));
  ids = [admin, ...users].map(({ id }) => id);
  // Users of one moment: the order among them must not depend on anything but themselves.
  const set = `UPDATE users SET created_at = '2026-01-01T00:00:00.123Z' WHERE id = ANY ($1)`;
  await service.database.transaction((query) => query(set, [ids.slice(3, 20)]), NEVER);
});
afterAll(() => service[Symbol.asyncDispose]());

async function page(query: string): Promise<{ status: number; body: UserPage }> {
  const { status, body } = await service.send('GET', `/users${query}`, { as: admin });
  return { status, body: body as unknown as UserPage };
}

async function readAll(limit: number, between?: () => Promise<unknown>): Promise<string[]> {
  const seen: string[] = [];
  for (let query = `?limit=${String(limit)}`; ;) {
    const { status, body } = await page(query);
    expect(status).toBe(200);
    seen.push(...body.items.map(({ id }) => id));
    if (body.next_cursor === undefined) return seen;
    expect(body.items).toHaveLength(limit);
    await between?.();
    query = `?limit=${String(limit)}&cursor=${body.next_cursor}`;
  }
}

it.each([1, 7, 25, 100])('pages of %i list each user once, in one order', async (limit) => {
  const seen = await readAll(limit);
  expect(seen).toEqual(await readAll(100));
  expect([...seen].sort()).toEqual([...ids].sort());
});

it('lists each user once while users are added', async () => {
  const added: string[] = [];
  const seen = await readAll(5, async () => added.push((await service.addUser()).id));
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen).toEqual(expect.arrayContaining(ids));
  await service.database.transaction((query) => query('DELETE FROM users WHERE id = ANY ($1)', [added]), NEVER);
});

it('refuses every edited cursor', async () => {
  const cursor = (await page('?limit=2')).body.next_cursor as string;
  for (let index = 0; index < cursor.length; index++) {
    const other = cursor[index] === 'A' ? 'B' : 'A';
    const edited = cursor.slice(0, index) + other + cursor.slice(index + 1);
    expect(await page(`?cursor=${edited}`), edited).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ path: 'cursor' }] },
    });
  }
  for (const edited of ['', 'x', `${cursor}A`, cursor.slice(0, -1), `${cursor}=`, '%00', '0', 'null', "' OR 1=1"])
    expect((await page(`?cursor=${encodeURIComponent(edited)}`)).status, edited).toBe(400);
});

it.each(['limit=0', 'limit=101', 'limit=-1', 'limit=1.5', 'limit=x', 'limit=1&limit=2', 'page=2', 'limit='])(
  'refuses ?%s',
  async (query) => {
    expect(await page(`?${query}`)).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  },
);
