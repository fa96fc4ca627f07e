import { expect, it } from 'vitest';
import { refuseForInitdb } from './postgres-requirements.ts';

const paths = { binaries: "/a clone's (1) %s ü/native", data: '/state $HOME "q" `id`' };

it('takes every path and user that initdb can work with', () => {
  expect(() => refuseForInitdb(paths, () => 'ada')).not.toThrow();
});

it.each(['$', '"', '`', '\n', '\r'])('refuses to hand a path with %j to a shell', (character) => {
  expect(() => refuseForInitdb({ ...paths, binaries: `/a${character}b` }, () => 'ada')).toThrow(/move the clone/);
});

it('refuses a line break in the path of the data', () => {
  expect(() => refuseForInitdb({ ...paths, data: '/a\nb' }, () => 'ada')).toThrow(/"\/a\\nb"/);
});

it('refuses a user without a name', () => {
  expect(() => refuseForInitdb(paths, () => undefined)).toThrow(/has no entry in \/etc\/passwd\n.*fix: run as a user/);
});
