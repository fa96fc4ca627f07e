import { ACCESS_TOKEN_LIFETIME_S } from '@evenkeel/contracts';
import { expect, it } from 'vitest';
import { activateNext, dropExpired, nextKey, publishNext, RETIRED_KEPT_MS, type RotatingSecrets } from './rotation.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const MINUTE = 60_000;
const start: RotatingSecrets = {
  signingKeys: { active: 'k0', keys: [{ kid: 'k0', d: 'private' }] },
  clientSecret: 's0',
  acceptedSecrets: ['s0'],
};

const publish = (secrets: RotatingSecrets, number: number, now = NOW) =>
  publishNext(dropExpired(secrets, now), { key: { kid: `k${number}` }, clientSecret: `s${number}` }, now);
const rotate = (secrets: RotatingSecrets, number: number, now = NOW) =>
  activateNext(publish(secrets, number, now), now + MINUTE);
const kids = ({ signingKeys }: RotatingSecrets) => signingKeys.keys.map(({ kid }) => kid);

it('publishes the next key and accepts the next secret before either is used', () => {
  const published = publish(start, 1);
  expect(published).toEqual({
    signingKeys: {
      active: 'k0',
      keys: [
        { kid: 'k0', d: 'private' },
        { kid: 'k1', published_at: '2026-01-01T00:00:00.000Z' },
      ],
    },
    clientSecret: 's0',
    acceptedSecrets: ['s1', 's0'],
  });
  expect(activateNext(published, NOW + MINUTE)).toEqual({
    signingKeys: {
      active: 'k1',
      keys: [{ kid: 'k0', d: 'private', retired_at: '2026-01-01T00:01:00.000Z' }, { kid: 'k1' }],
    },
    clientSecret: 's1',
    acceptedSecrets: ['s1', 's0'],
  });
});

it('keeps the last key and the last secret until its tokens have expired, and drops them afterwards', () => {
  expect(RETIRED_KEPT_MS).toBeGreaterThanOrEqual(ACCESS_TOKEN_LIFETIME_S * 1000 + 90_000);
  const rotated = rotate(start, 1);
  const retiredAt = NOW + MINUTE;
  expect(dropExpired(rotated, retiredAt + RETIRED_KEPT_MS - 1)).toEqual(rotated);
  const dropped = dropExpired(rotated, retiredAt + RETIRED_KEPT_MS);
  expect(dropped).toEqual({
    signingKeys: { active: 'k1', keys: [{ kid: 'k1' }] },
    clientSecret: 's1',
    acceptedSecrets: ['s1'],
  });
});

it('keeps every key whose tokens may still come when rotations follow each other', () => {
  let secrets = start;
  for (const [index, minutes] of [0, 2, 4, 15].entries()) secrets = rotate(secrets, index + 1, NOW + minutes * MINUTE);
  // k0 was retired after 1 minute and k1 after 3; both are gone after 15. k2 was retired after 5.
  expect(kids(secrets)).toEqual(['k2', 'k3', 'k4']);
  expect(secrets.acceptedSecrets).toEqual(['s4', 's3', 's2']);
  expect(secrets.clientSecret).toBe('s4');
});

it('carries on where an interrupted rotation stopped', () => {
  const published = publish(start, 1);
  expect(publish(published, 2, NOW + MINUTE)).toEqual(published);
  const onlyTheSecret = { ...start, acceptedSecrets: published.acceptedSecrets };
  expect(publish(onlyTheSecret, 2)).toMatchObject({ acceptedSecrets: ['s1', 's0'] });
  const half = { ...published, clientSecret: 's1' };
  expect(activateNext(publish(half, 2), NOW)).toMatchObject({ clientSecret: 's1', signingKeys: { active: 'k1' } });
  const done = rotate(start, 1);
  expect(activateNext(done, NOW)).toEqual(done);
});

it('retires what somebody has made inactive or put there, instead of signing with it again', () => {
  const rotated = rotate(start, 1);
  const byHand = { ...rotated, signingKeys: { ...rotated.signingKeys, active: 'k0' } };
  const seen = dropExpired(byHand, NOW + 2 * MINUTE);
  expect(seen.signingKeys.keys).toEqual([
    { kid: 'k0', d: 'private' },
    { kid: 'k1', retired_at: '2026-01-01T00:02:00.000Z' },
  ]);
  expect(nextKey(seen)).toBeUndefined();
});

it('never drops the active key, however old its times are', () => {
  const { signingKeys, ...others } = start;
  const keys = [{ kid: 'k0', retired_at: '2020-01-01T00:00:00Z' }];
  expect(kids(dropExpired({ ...others, signingKeys: { ...signingKeys, keys } }, NOW))).toEqual(['k0']);
});

it('refuses more keys than the issuer takes', () => {
  let secrets = start;
  for (let number = 1; number < 20; number++) secrets = rotate(secrets, number);
  expect(kids(secrets)).toHaveLength(20);
  expect(() => publish(secrets, 20)).toThrow('There are 20 signing keys');
});
