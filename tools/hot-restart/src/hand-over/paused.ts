import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

const LOOKS = 4;
const BETWEEN_LOOKS_MS = 15;

/**
 * Whether a process that does not answer sleeps, as one does that is paused in a debugger, and is not merely busy.
 * Looks several times, since a busy process may wait for a moment too.
 */
export async function isPaused(pid: number, stateOf: (pid: number) => string = processState): Promise<boolean> {
  for (let look = 0; look < LOOKS; look += 1) {
    if (!/^[STt]/.test(stateOf(pid))) return false;
    await wait(BETWEEN_LOOKS_MS);
  }
  return true;
}

/** The state letter of `ps`: R running, S sleeping …; empty when there is no such process. */
function processState(pid: number): string {
  try {
    if (process.platform !== 'linux')
      return execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
    // The name in parentheses may hold anything, so what follows its end is looked at.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '');
  } catch {
    return '';
  }
}
