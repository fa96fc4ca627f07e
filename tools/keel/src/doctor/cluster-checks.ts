import { readFile } from 'node:fs/promises';
import { clusterPrograms, tiltProgram, versionOf } from '../cluster/programs.ts';
import type { Workspace } from '../workspace.ts';
import { good, poor, type Check, type Finding } from './finding.ts';
import { availableMemory } from './machine-checks.ts';

const GIB = 1024 ** 3;
/** A node of kind takes 1 GiB, the stack in pods another. */
const NEEDED = 2.5 * GIB;

/** What Tilt and the cluster need besides: the stack runs without either. */
export function clusterChecks({ env }: Workspace): Check[] {
  const programs = [tiltProgram, ...clusterPrograms].map((program) => ({
    name: program.name,
    examine: () =>
      versionOf(program, env).then(good, (): Finding => poor('is not here, or does not answer; optional', program.fix)),
  }));
  const memory = async () =>
    judgeClusterMemory(availableMemory(await readFile('/proc/meminfo', 'utf8').catch(() => '')));
  return [...programs, { name: 'memory for a cluster', examine: memory }];
}

export function judgeClusterMemory(bytes: number): Finding {
  if (bytes >= NEEDED) return good(bytes === Infinity ? 'is not measured on this system' : 'enough');
  return poor(
    `${(bytes / GIB).toFixed(1)} GiB are available, ./keel cluster takes about ${NEEDED / GIB}`,
    'stop other programs, or give the machine of Docker more memory',
  );
}
