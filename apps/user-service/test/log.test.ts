import { expect, it } from 'vitest';
import { bootService, PASSWORD } from './service-under-test.ts';

it('does not name the row that the database refused', async () => {
  await using service = await bootService();
  const admin = await service.addUser(['admin']);
  // A rule that no code knows of, such as one that a later version has added.
  const rule = `ALTER TABLE users ADD CONSTRAINT not_ada CHECK (name <> 'Ada')`;
  await service.database.transaction((query) => query(rule), new AbortController().signal);
  const body = { email: 'ada@example.com', name: 'Ada', password: PASSWORD };
  // `send` holds responses to the description, which has no 500.
  await expect(service.send('POST', '/users', { as: admin, body })).rejects.toThrow('the status 500 is not documented');
  expect(JSON.stringify(service.log)).toContain('not_ada');
  expect(JSON.stringify(service.log)).not.toContain('ada@example.com');
  expect(JSON.stringify(service.log)).not.toContain('argon2id');
});
