import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadVariables } from '../src/configuration/variables.ts';
import { declaredStack } from '../src/read/read-stack.ts';

const root = resolve(import.meta.dirname, '../../..');
const stack = await declaredStack(root);

test('the variables of each service are read from its schema, with their marks and defaults', async () => {
  const services = await loadVariables(root, stack);
  expect([...services.keys()]).toEqual(stack.services.map(({ name }) => name));
  for (const [service, variables] of services) {
    const find = (name: string) => variables.find((each) => each.name === name);
    expect(find('PORT'), service).toMatchObject({ required: true, reloadable: false, secret: false });
    expect(find('LOG_LEVEL'), service).toMatchObject({ required: false, default: 'info', reloadable: true });
    // As it is written, not as it is read.
    expect(find('TRUSTED_PROXIES'), service).toMatchObject({ default: '127.0.0.0/8,::1/128' });
  }
  const all = [...services.values()].flat();
  expect(all.filter(({ secret }) => secret).map((each) => each.default)).not.toContainEqual(expect.anything());
  expect(all.filter(({ defaultFile }) => defaultFile !== undefined)).not.toEqual([]);
});

test('a service without code has none', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'configuration-'));
  onTestFinished(() => rm(empty, { recursive: true }));
  expect(await loadVariables(empty, stack)).toEqual(new Map());
});
