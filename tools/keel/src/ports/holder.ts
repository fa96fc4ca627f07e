import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';

/** The process that listens on a port. */
export interface Holder {
  pid: number;
  /** Its command line. */
  command: string;
}

/**
 * Who listens on this TCP port: from /proc on Linux, from lsof elsewhere. Undefined when that cannot be seen, as for a
 * process of another user.
 */
export async function findHolder(port: number): Promise<Holder | undefined> {
  const pid = process.platform === 'linux' ? await pidFromProc(port) : await pidFromLsof(port);
  return pid === undefined ? undefined : { pid, command: await commandOf(pid) };
}

async function pidFromLsof(port: number): Promise<number | undefined> {
  const output = await outputOf('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fp']);
  const match = /^p(\d+)/m.exec(output);
  return match === null ? undefined : Number(match[1]);
}

async function pidFromProc(port: number): Promise<number | undefined> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')),
  );
  const inodes = new Set(tables.flatMap((table) => listeningInodes(table, port)));
  if (inodes.size === 0) return undefined;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const descriptor of descriptors) {
      const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
      const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
      if (inode !== undefined && inodes.has(inode)) return Number(pid);
    }
  }
  return undefined;
}

/** The inodes of the sockets that listen (state 0A) on the port, from the text of /proc/net/tcp (proc_net_tcp(5)). */
export function listeningInodes(table: string, port: number): string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => state === '0A' && local?.endsWith(`:${wanted}`))
    .flatMap((fields) => (fields[9] === undefined ? [] : [fields[9]]));
}

async function commandOf(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return line.replaceAll('\0', ' ').trim();
  }
  return (await outputOf('ps', ['-o', 'command=', '-p', String(pid)])).trim();
}

function outputOf(program: string, args: string[]): Promise<string> {
  return new Promise((resolve) => execFile(program, args, (_error, stdout) => resolve(stdout)));
}
