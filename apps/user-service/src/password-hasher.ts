import { randomBytes } from 'node:crypto';
import { createFairQueue, type Turn } from '@evenkeel/service';
import { hash, verify } from '@node-rs/argon2';

/**
 * Keeps passwords as Argon2id hashes in PHC notation, each with a salt of its own. Throws `unavailable` when too many wait
 * for theirs, and computes nothing for a caller who has disconnected.
 */
export interface PasswordHasher {
  hash(password: string, turn: Turn): Promise<string>;
  /** Whether the password has this hash. Without one it returns false, after the same work as with one. */
  verify(password: string, passwordHash: string | undefined, turn: Turn): Promise<boolean>;
}

export interface PasswordHasherOptions {
  /** How many are computed at once. */
  parallel?: number;
  /** How long the last one may have to wait. */
  waitLimitMs?: number;
}

/** OWASP's Password Storage Cheat Sheet: Argon2id, 19 MiB, two passes, one lane. Argon2id is the library's default. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const EXPECTED_MS = 50;

/**
 * Each hash takes tens of milliseconds of a processor and 19 MiB. Two at once leave half of libuv's four threads to
 * file system and name look-ups. Beyond the default wait no response would be in time: auth-service has timed out.
 */
export function createPasswordHasher(options: PasswordHasherOptions = {}): PasswordHasher {
  const { parallel = 2, waitLimitMs = 800 } = options;
  const queue = createFairQueue({ name: 'passwords', parallel, waitLimitMs, expectedMs: EXPECTED_MS });
  const hashInTurn = (password: string, turn: Turn) => queue.run(turn, () => hash(normalise(password), PARAMETERS));
  // The hash of a random password, computed now: the first unknown user must not take longer than the others.
  const ofNoUser = hashInTurn(randomBytes(32).toString('hex'), { client: '', signal: new AbortController().signal });

  return {
    hash: hashInTurn,
    async verify(password, passwordHash, turn) {
      const against = passwordHash ?? (await ofNoUser);
      const matches = await queue.run(turn, () => verify(against, normalise(password)));
      return matches && passwordHash !== undefined;
    },
  };
}

/** The same characters typed on another system may be encoded otherwise (NIST SP 800-63B-4, section 3.1.1.2). */
function normalise(password: string): string {
  return password.normalize('NFC');
}
