import { describe, expect, it } from 'vitest';
import { createPasswordHasher } from './password-hasher.ts';

const hasher = createPasswordHasher();

describe('passwords', () => {
  it("are kept as Argon2id hashes at OWASP's parameters, each with its own salt", async () => {
    const [one, other] = await Promise.all([hasher.hash('a password'), hasher.hash('a password')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(other).not.toBe(one);
    expect(await hasher.verify('a password', one)).toBe(true);
    expect(await hasher.verify('A password', one)).toBe(false);
  });

  it('are the same however their characters are encoded', async () => {
    expect(await hasher.verify('cafe\u0301 noir', await hasher.hash('caf\u00e9 noir'))).toBe(true);
  });

  it('may hold any character, none of which ends them', async () => {
    const kept = await hasher.hash('before\u0000after');
    expect(await hasher.verify('before\u0000after', kept)).toBe(true);
    expect(await hasher.verify('before', kept)).toBe(false);
  });

  it('of nobody are wrong after the same work', async () => {
    const kept = await hasher.hash('a password');
    const time = async (passwordHash: string | undefined) => {
      const begin = performance.now();
      for (let index = 0; index < 8; index++) expect(await hasher.verify('wrong', passwordHash)).toBe(false);
      return performance.now() - begin;
    };
    await time(kept);
    const [known, unknown] = [await time(kept), await time(undefined)];
    console.log(`verify: known user ${known.toFixed(0)} ms, unknown ${unknown.toFixed(0)} ms, eight times each`);
    // Without the work it would be a hundred times faster: this holds on any machine.
    expect(unknown).toBeGreaterThan(known / 10);
  });
});

describe('a burst', () => {
  it('is worked off in turn, and what is too much is refused at once', async () => {
    const small = createPasswordHasher({ parallel: 1, waiting: 2 });
    // One for nobody's password runs already, two wait.
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => small.hash('a password')));
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
      'rejected',
    ]);
    expect(results[2]).toMatchObject({ reason: { code: 'unavailable' } });
    expect(await small.hash('a password')).toMatch(/^\$argon2id/);
  });

  it('leaves the event loop free', async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    await Promise.all(Array.from({ length: 12 }, () => hasher.hash('a password')));
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(2);
  });

  it('frees its turn when hashing fails', async () => {
    const small = createPasswordHasher({ parallel: 1, waiting: 1 });
    for (let index = 0; index < 3; index++) await expect(small.verify('x', 'no hash')).rejects.toThrow();
    expect(await small.hash('a password')).toMatch(/^\$argon2id/);
  });
});
