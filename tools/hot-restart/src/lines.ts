import { relative } from 'node:path';

/** What started a start: files, or words. */
export type Cause = { files: string[]; since: number } | { reason: string; since: number };

/** The line of a restart: what changed, how long from the event to ready. */
export function liveLine(cause: Cause, ms: number, workspace: string): string {
  return `${describe(cause, workspace)}: live in ${Math.round(ms)} ms`;
}

export function failedLine(cause: Cause, message: string, workspace: string, isServing: boolean): string {
  const rest = isServing ? 'The version before it goes on serving.' : 'Nothing is serving; the next change is tried.';
  return `${describe(cause, workspace)}: the start failed: ${message}. ${rest}`;
}

export function describe(cause: Cause, workspace: string): string {
  if ('reason' in cause) return cause.reason;
  const [first = '', ...rest] = cause.files.map((file) => relative(workspace, file)).sort();
  return rest.length === 0 ? `${first} changed` : `${first} and ${rest.length} more changed`;
}
