import { execFileSync } from 'node:child_process';

/** The cores of the contender and of all other processes, as taskset(1) lists. */
export interface Cores {
  contender: string;
  others: string;
}

/**
 * Reserves a core for the contender: this process, and what it starts from now on, runs on the others. Returns undefined
 * on a single core, and on a system without taskset.
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
