import { dirname } from 'node:path';

const SUB_PATH = 'is mounted with subPath, which the kubelet never updates: mount the whole volume as a folder';
const SINGLE_FILE = 'is a file mounted by itself, where a replaced file is never seen: mount its folder';

/**
 * Which of these paths can never change, or not when their file is replaced, because of how they are mounted.
 * @param mountinfo the text of /proc/PID/mountinfo (proc_pid_mountinfo(5)).
 * @returns why, by path.
 */
export function frozenPaths(mountinfo: string, paths: readonly string[], isFile: (path: string) => boolean) {
  const mounts = mountinfo.split('\n').flatMap((line) => {
    const [, , , root, point] = line.split(' ').map(unescape);
    return root && point ? [{ isSubPath: /\/\.\.20\d\d_|\/volume-subpaths\//.test(root), point }] : [];
  });
  const frozen = new Map<string, string>();
  for (const path of paths) {
    for (const { point, isSubPath } of mounts) {
      const isHere = (point === path || dirname(point) === path) && isFile(point);
      if (isHere) frozen.set(point, isSubPath ? SUB_PATH : SINGLE_FILE);
      else if (isSubPath && (path === point || path.startsWith(`${point}/`))) frozen.set(path, SUB_PATH);
    }
  }
  return frozen;
}

/** Blanks and the like are octal there. */
function unescape(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
