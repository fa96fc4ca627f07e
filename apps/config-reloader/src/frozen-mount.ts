import { dirname } from 'node:path';

interface Mount {
  /** The place in the mounted file system that is seen at `point`. */
  root: string;
  point: string;
}

/** A path that never shows a change, and why. */
export interface FrozenPath {
  path: string;
  message: string;
}

/**
 * Which of these paths can never change, or show no replaced file, because of how they are mounted.
 * @param mountinfo the text of /proc/PID/mountinfo (proc_pid_mountinfo(5)).
 */
export function frozenPaths(
  mountinfo: string,
  paths: readonly string[],
  isFile: (path: string) => boolean,
): FrozenPath[] {
  const mounts = mountinfo.split('\n').flatMap(mountOf);
  return paths.flatMap((path) => {
    const around = mounts
      .filter(({ point }) => isWithin(path, point))
      .reduce<Mount | undefined>(
        (best, each) => (best === undefined || each.point.length >= best.point.length ? each : best),
        undefined,
      );
    if (around !== undefined && isSubPath(around.root)) return [{ path, message: SUB_PATH }];
    const files = mounts.filter(({ point }) => (point === path || dirname(point) === path) && isFile(point));
    return files.map(({ point, root }) => ({ path: point, message: isSubPath(root) ? SUB_PATH : SINGLE_FILE }));
  });
}

const SUB_PATH = 'is mounted with subPath, which the kubelet never updates: mount the whole volume as a folder';
const SINGLE_FILE = 'is a file mounted by itself, where a replaced file is never seen: mount its folder';

/** A folder of the kubelet's own: one of a volume's timestamps, or where it prepares sub-paths. */
function isSubPath(root: string): boolean {
  return /\/\.\.20\d\d_|\/volume-subpaths\//.test(root);
}

function isWithin(path: string, point: string): boolean {
  return point === '/' || path === point || path.startsWith(`${point}/`);
}

/** Fields 4 and 5; blanks and the like are octal there. */
function mountOf(line: string): Mount[] {
  const [, , , root, point] = line.split(' ');
  return root === undefined || point === undefined ? [] : [{ root: unescape(root), point: unescape(point) }];
}

function unescape(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
