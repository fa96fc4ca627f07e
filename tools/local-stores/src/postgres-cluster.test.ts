import { expect, it } from 'vitest';
import { refuseForInitdb } from './postgres-cluster.ts';

const paths = { binaries: "/a clone's (1) %s ü/native", data: '/state $HOME "q" `id`', user: { name: 'ada' } };

it('takes every path and user that initdb can work with', () => {
  expect(() => refuseForInitdb(paths)).not.toThrow();
});

it.each(['$', '"', '`', '\n', '\r'])('refuses to hand a path with %j to a shell', (character) => {
  expect(() => refuseForInitdb({ ...paths, binaries: `/a${character}b` })).toThrow(/move the clone/);
});

it('refuses a line break in the path of the data', () => {
  expect(() => refuseForInitdb({ ...paths, data: '/a\nb' })).toThrow(/"\/a\\nb"/);
});

it('refuses a user without a name', () => {
  expect(() => refuseForInitdb({ ...paths, user: { name: undefined } })).toThrow(
    /has no entry in \/etc\/passwd\n.*fix: run as a user/,
  );
});
