import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * CPU time used by all threads of a process so far, in microseconds, in steps of 10 ms. Read from outside, so that nothing
 * has to be loaded into a contender.
 */
export function cpuMicroseconds(pid: number): number {
  if (process.platform !== 'linux') return microsecondsIn(ps('time', pid));
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program, in parentheses, may hold anything; `utime` and `stime` are the 12th and 13th after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

/** Resident memory of a process, in MB (10^6 bytes). */
export function residentMegabytes(pid: number): number {
  return (Number(ps('rss', pid)) * 1024) / 1e6;
}

/** Microseconds in a time such as `1:02.34` or `1:00:02.34`. */
export function microsecondsIn(time: string): number {
  return time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) * 1e6;
}

function ps(field: string, pid: number): string {
  return execFileSync('ps', ['-o', `${field}=`, '-p', String(pid)], { encoding: 'utf8' }).trim();
}
