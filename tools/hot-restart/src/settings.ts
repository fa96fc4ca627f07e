import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

export interface Settings {
  /** Absolute path of the service's first module. */
  entry: string;
  args: string[];
  /** Loaded before everything else, as `node --import` would: a package's name or a path. */
  register: string | undefined;
  hold: boolean;
  standby: boolean;
  drainMs: number;
  readyMs: number;
  pollMs: number | undefined;
  debug: { host: string; port: number } | undefined;
}

/** A wrong command line or variable; the message says which and what is expected. */
export class UsageError extends Error {}

/** Reads the command line (without node and the program) and the HOT_RESTART_* variables. Throws UsageError. */
export function readSettings(argv: string[], env: NodeJS.ProcessEnv, cwd: string): Settings {
  const [entry, ...args] = argv;
  if (entry === undefined) throw new UsageError('usage: hot-restart <entry.ts> [argument …]');
  const path = resolve(cwd, entry);
  if (!existsSync(path)) throw new UsageError(`${entry} does not exist. Give the path of the service's main module.`);
  const port = wholeNumber(env, 'HOT_RESTART_DEBUG_PORT');
  return {
    entry: path,
    args,
    register: env['HOT_RESTART_IMPORT'] || undefined,
    hold: env['HOT_RESTART_HOLD'] === '1',
    standby: env['HOT_RESTART_STANDBY'] !== '0',
    drainMs: wholeNumber(env, 'HOT_RESTART_DRAIN_MS') ?? drainTime((name) => env[name]),
    readyMs: wholeNumber(env, 'HOT_RESTART_READY_MS') ?? 30_000,
    pollMs: wholeNumber(env, 'HOT_RESTART_POLL_MS') || undefined,
    debug: port === undefined ? undefined : { host: env['HOT_RESTART_DEBUG_HOST'] || '127.0.0.1', port },
  };
}

function wholeNumber(env: NodeJS.ProcessEnv, name: string): number | undefined {
  const text = env[name];
  if (text === undefined || text === '') return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`${name} is "${text}": a whole number is expected.`);
  return Number(text);
}

/** The defaults of a service (libs/service). Milliseconds. */
export const DRAIN_DEFAULTS = { SHUTDOWN_DELAY_MS: 0, DRAIN_TIMEOUT_MS: 5_000 } as const;

/**
 * How long a service that is being stopped goes on serving, at most: it still accepts for SHUTDOWN_DELAY_MS, and then
 * finishes what it has begun for DRAIN_TIMEOUT_MS. The service itself reports a value that is not a number.
 *
 * @param valueOf the value of a variable, from where the service itself finds it
 * @returns milliseconds
 */
export function drainTime(valueOf: (name: string) => string | undefined): number {
  return Object.entries(DRAIN_DEFAULTS).reduce((total, [name, byDefault]) => {
    const set = Number(valueOf(name) || Number.NaN);
    return total + (Number.isInteger(set) && set >= 0 ? set : byDefault);
  }, 0);
}
