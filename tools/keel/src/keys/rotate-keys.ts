import type { KeyStatus, RotationStep } from '@evenkeel/secrets';
import { KeelError } from '../failure.ts';
import type { Terminal } from '../terminal.ts';

/** Carries out a step where the stack keeps its secrets. */
export type Rotate = (step: RotationStep) => Promise<KeyStatus>;
/** The key that is published and does not sign yet. */
export type NextKey = NonNullable<KeyStatus['next']>;

/**
 * What a verifier takes at most to find a key that it does not know: it looks every five seconds while others invent keys.
 * Waited for after an interrupted rotation, too, whose key may have reached the issuer only now.
 */
const LOOK_AGAIN_MS = 6_000;

/** Publishes the next key, waits, and signs with it. Interrupted at any point, the next call carries on. */
export async function rotateKeys(
  rotate: Rotate,
  terminal: Pick<Terminal, 'print'>,
  untilFetched: (next: NextKey) => Promise<void>,
): Promise<void> {
  const { next } = await rotate('publish');
  if (next === undefined) throw new KeelError('No key was published');
  terminal.print(`Published the next signing key: ${next.kid}. The next client secret is accepted.`);
  await untilFetched(next);

  const { active, earlier } = await rotate('activate');
  terminal.print(`${active} signs now, and the services use the next client secret.`);
  for (const { kid, until } of earlier) {
    const time = new Date(until).toTimeString().slice(0, 5);
    terminal.print(`The earlier key ${kid} stays published; a rotation after ${time} removes it.`);
  }
}

/** When a published key may sign. All in milliseconds since the epoch. */
export function signsFrom({ publishedAt }: NextKey, publishMs: number, now: number): number {
  return Math.max(publishedAt + publishMs, now + Math.min(publishMs, LOOK_AGAIN_MS));
}
