import { describe, expect, it } from 'vitest';
import { createPasswordHasher } from './password-hasher.ts';

const hasher = createPasswordHasher({ waitLimitMs: 600_000 });
const turn = { client: '', signal: new AbortController().signal };

describe('passwords', () => {
  it("are kept as Argon2id hashes at OWASP's parameters, each with its own salt", async () => {
    const [one, other] = await Promise.all([hasher.hash('a password', turn), hasher.hash('a password', turn)]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(other).not.toBe(one);
    expect(await hasher.verify('a password', one, turn)).toBe(true);
    expect(await hasher.verify('A password', one, turn)).toBe(false);
  });

  it('are the same however their characters are encoded', async () => {
    expect(await hasher.verify('cafe\u0301 noir', await hasher.hash('caf\u00e9 noir', turn), turn)).toBe(true);
  });

  it('may hold any character, none of which terminates them', async () => {
    const kept = await hasher.hash('before\u0000after', turn);
    expect(await hasher.verify('before\u0000after', kept, turn)).toBe(true);
    expect(await hasher.verify('before', kept, turn)).toBe(false);
  });

  it('without an account are wrong after the same work', async () => {
    const kept = await hasher.hash('a password', turn);
    const time = async (passwordHash: string | undefined) => {
      const begin = performance.now();
      for (let index = 0; index < 8; index++) expect(await hasher.verify('wrong', passwordHash, turn)).toBe(false);
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
  it('is worked off in turn', async () => {
    const small = createPasswordHasher({ parallel: 1, waitLimitMs: 600_000 });
    const results = await Promise.all(Array.from({ length: 6 }, () => small.hash('a password', turn)));
    for (const result of results) expect(result).toMatch(/^\$argon2id/);
  });

  it('does not block the event loop', async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    await Promise.all(Array.from({ length: 12 }, () => hasher.hash('a password', turn)));
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(2);
  });

  it('frees its turn when hashing fails', async () => {
    const small = createPasswordHasher({ parallel: 1, waitLimitMs: 600_000 });
    for (let index = 0; index < 3; index++) await expect(small.verify('x', 'no hash', turn)).rejects.toThrow();
    expect(await small.hash('a password', turn)).toMatch(/^\$argon2id/);
  });
});
