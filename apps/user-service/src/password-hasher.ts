import { randomBytes } from 'node:crypto';
import { AppError } from '@evenkeel/errors';
import { hash, verify } from '@node-rs/argon2';

/** Keeps passwords as Argon2id hashes in PHC notation, each with a salt of its own. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** Whether the password has this hash. Without one it says no, after the same work as with one. */
  verify(password: string, passwordHash: string | undefined): Promise<boolean>;
}

export interface PasswordHasherOptions {
  /** How many are computed at once. */
  parallel?: number;
  /** How many may wait for that. */
  waiting?: number;
}

/** OWASP's Password Storage Cheat Sheet: Argon2id, 19 MiB, two passes, one lane. Argon2id is the library's default. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/**
 * Each hash takes tens of milliseconds of a processor and 19 MiB. Two at once leave half of libuv's four threads to
 * file system and name look-ups; a queue that is longer than callers would wait is refused with `unavailable`.
 */
export function createPasswordHasher({ parallel = 2, waiting = 50 }: PasswordHasherOptions = {}): PasswordHasher {
  const queue: (() => void)[] = [];
  let running = 0;

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= parallel) {
      if (queue.length >= waiting)
        throw new AppError('unavailable', 'Too many passwords are being checked at the moment.', {
          headers: { 'retry-after': '1' },
        });
      await new Promise<void>((resolve) => queue.push(resolve));
    } else running++;
    try {
      return await work();
    } finally {
      // Whoever is next takes this turn over, so the count stays.
      const next = queue.shift();
      if (next === undefined) running--;
      else next();
    }
  }

  const hashInTurn = (password: string) => inTurn(() => hash(normalise(password), PARAMETERS));
  // What nobody's password is, computed now: the first unknown user must not take longer than the others.
  const nobody = hashInTurn(randomBytes(32).toString('hex'));

  return {
    hash: hashInTurn,
    async verify(password, passwordHash) {
      const against = passwordHash ?? (await nobody);
      const matches = await inTurn(() => verify(against, normalise(password)));
      return matches && passwordHash !== undefined;
    },
  };
}

/** The same characters typed on another system may be encoded otherwise (NIST SP 800-63B-4, section 3.1.1.2). */
function normalise(password: string): string {
  return password.normalize('NFC');
}
