import { beforeEach } from 'vitest';
import { whyNoEngine } from '../src/engine/docker.ts';

const reason = await whyNoEngine();

/** False on a machine without containers: a file's preparations must not run then either. */
export const hasEngine = reason === undefined;

/** Skips the tests of a file, with the reason, where there are no containers. */
export function needsEngine(): void {
  beforeEach((context) => {
    if (reason !== undefined) context.skip(reason);
  });
}
