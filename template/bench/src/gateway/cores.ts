import { execFileSync } from 'node:child_process';

/** Which cores the contender, and all else, run on: as lists of taskset(1). */
export interface Cores {
  contender: string;
  others: string;
}

/**
 * Keeps this process, and what it starts from now on, from one core, which is for the contender. Resolves to undefined
 * where that cannot be done: with a single core, or on a system without taskset.
 */
export function reserveCore(): Cores | undefined {
  try {
    const current = execFileSync('taskset', ['-c', '-p', String(process.pid)], { encoding: 'utf8' });
    const cores = coresIn(current.slice(current.lastIndexOf(':') + 1));
    const contender = cores.at(-1);
    if (contender === undefined || cores.length < 2) return undefined;
    const others = cores.slice(0, -1).join(',');
    execFileSync('taskset', ['-a', '-c', '-p', others, String(process.pid)]);
    return { contender: String(contender), others };
  } catch {
    return undefined;
  }
}

/** The cores in a list such as `0-2,5`. */
export function coresIn(list: string): number[] {
  return list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}
