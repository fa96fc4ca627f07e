import { expect, it } from 'vitest';
import { chooseStores } from './choose-stores.ts';

const engine = () => Promise.resolve(true);
const none = () => Promise.resolve(false);
const notAsked = () => Promise.reject(new Error('asked for an engine'));

it.each([
  ['nothing is set', {}, notAsked, 'local'],
  ['CI has an engine', { CI: 'true' }, engine, 'containers'],
  ['CI, said otherwise, has an engine', { CI: '1' }, engine, 'containers'],
  ['CI has no engine', { CI: 'true' }, none, 'local'],
  ['CI is switched off', { CI: 'false' }, notAsked, 'local'],
  ['TEST_STORES is empty', { TEST_STORES: '' }, notAsked, 'local'],
  ['containers are asked for', { TEST_STORES: 'containers' }, engine, 'containers'],
  ['local ones are asked for in CI', { CI: 'true', TEST_STORES: 'local' }, notAsked, 'local'],
])('chooses when %s', async (_case, env, answers, source) => {
  expect(await chooseStores(env, answers)).toBe(source);
});

it('says what to do when containers are asked for and no engine answers', async () => {
  await expect(chooseStores({ TEST_STORES: 'containers' }, none)).rejects.toThrow(/Docker Engine.*TEST_STORES=local/);
});

it('refuses what it does not know', async () => {
  await expect(chooseStores({ TEST_STORES: 'docker' }, engine)).rejects.toThrow('TEST_STORES is "docker"');
});
