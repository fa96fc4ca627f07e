/** A process and its parent. */
export type ProcessRow = readonly [pid: number, parent: number];

/** A process and all below it. */
export function processesBelow(root: number, rows: readonly ProcessRow[]): number[] {
  const children = rows.filter(([pid, parent]) => parent === root && pid !== root);
  return [root, ...children.flatMap(([pid]) => processesBelow(pid, rows))];
}
