import { afterEach, beforeEach, expect, it } from 'vitest';
import { bootService, type ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
beforeEach(async () => {
  service = await bootService();
});
afterEach(() => service[Symbol.asyncDispose]());

const refused = { status: 409, body: { code: 'conflict' } };

it('neither deletes nor demotes the last administrator', async () => {
  const admin = await service.addUser(['admin']);
  const path = `/users/${admin.id}`;
  expect(await service.send('DELETE', path, { as: admin })).toMatchObject(refused);
  expect(await service.send('PATCH', path, { as: admin, body: { roles: ['user'] } })).toMatchObject(refused);
  expect(await service.send('PATCH', path, { as: admin, body: { name: 'Still here' } })).toMatchObject({ status: 200 });

  await service.addUser(['admin']);
  expect(await service.send('PATCH', path, { as: admin, body: { roles: ['user'] } })).toMatchObject({ status: 200 });
});

it('keeps one when all of them go at once', async () => {
  const admins = await Promise.all(Array.from({ length: 6 }, () => service.addUser(['admin'])));
  const answers = await Promise.all(
    admins.map((admin, index) =>
      index % 2 === 0
        ? service.send('DELETE', `/users/${admin.id}`, { as: admin })
        : service.send('PATCH', `/users/${admin.id}`, { as: admin, body: { roles: ['user'] } }),
    ),
  );
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(1);
  const left = await service.database.query(`SELECT FROM users WHERE 'admin' = ANY (roles)`);
  expect(left).toHaveLength(1);
});
