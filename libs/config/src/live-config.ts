import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { marksOf } from './marks.ts';
import { formatProblems, readConfig, type ConfigSchema } from './read.ts';

/** What `/healthz`, a metric and a log line show of the configuration. */
export interface ConfigState {
  /** `sha256:…` over all values but the secrets that no reload can change: a digest must not help to guess a password. */
  version: string;
  /** ISO 8601. */
  loaded_at: string;
  /** Why the last reload was refused; absent while the last one was accepted. */
  error?: string;
  /** ISO 8601; present together with `error`. */
  refused_at?: string;
  /** The names of variables that have changed but are read at the start only; absent when there are none. */
  restart_required?: string[];
}

/**
 * The configuration in force. `current` is replaced as a whole: read it once in a request.
 */
export interface LiveConfig<T> {
  readonly current: T;
  readonly state: ConfigState;
  /** Reads the reloadable fields again; an invalid source changes nothing but `state.error`. Returns whether it was accepted. */
  reload(): boolean;
  /** Called with the new value after each accepted reload. A listener that throws refuses the reload. */
  onReload(listener: (value: T) => void): void;
}

/** Follows the sources of an already valid configuration. */
export function createLiveConfig<S extends ConfigSchema>(
  schema: S,
  env: Readonly<Record<string, string | undefined>>,
  initial: z.output<S>,
  now: () => Date = () => new Date(),
): LiveConfig<z.output<S>> {
  let current = initial;
  let state = stateOf(schema, current, now());
  const listeners: ((value: z.output<S>) => void)[] = [];

  function refuse(error: string): false {
    state = { ...state, error, refused_at: now().toISOString() };
    return false;
  }

  return {
    get current() {
      return current;
    },
    get state() {
      return state;
    },
    onReload: (listener) => void listeners.push(listener),
    reload() {
      try {
        const result = readConfig(schema, env);
        if (!result.ok) return refuse(formatProblems(result.problems));
        const next = { ...current, ...pick(result.value, reloadableNames(schema)) };
        const fixed = changedNames(schema, next, result.value);
        for (const listener of listeners) listener(next);
        current = next;
        state = { ...stateOf(schema, current, now()), ...(fixed.length === 0 ? {} : { restart_required: fixed }) };
        return true;
      } catch (error) {
        for (const listener of listeners) listener(current);
        return refuse(error instanceof Error ? error.message : String(error));
      }
    },
  };
}

function reloadableNames(schema: ConfigSchema): string[] {
  return Object.keys(schema.shape).filter((name) => marksOf(schema.shape[name] as z.ZodType).reloadable);
}

function pick<T extends Record<string, unknown>>(value: T, names: readonly string[]): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => names.includes(name))) as Partial<T>;
}

/** In which variables two values differ. */
function changedNames(schema: ConfigSchema, one: Record<string, unknown>, other: Record<string, unknown>): string[] {
  return Object.keys(schema.shape).filter((name) => !isDeepStrictEqual(one[name], other[name]));
}

function stateOf(schema: ConfigSchema, value: Record<string, unknown>, loadedAt: Date): ConfigState {
  const hash = createHash('sha256');
  for (const name of Object.keys(schema.shape).sort()) {
    const { secret, reloadable } = marksOf(schema.shape[name] as z.ZodType);
    if (!secret || reloadable) hash.update(`${name}=${JSON.stringify(value[name]) ?? ''}\n`);
  }
  return { version: `sha256:${hash.digest('hex')}`, loaded_at: loadedAt.toISOString() };
}
