import type { z } from 'zod';
import { marksOf } from './marks.ts';
import { readSetting, sources, type Lookup, type Setting } from './sources.ts';
import { SourceError } from './text-file.ts';

/** A zod object whose keys are the names of variables. */
export type ConfigSchema = z.ZodObject;

/** One mistake in the configuration. `origin` is `''` for the environment, else `path` or `path:line`. */
export interface ConfigProblem {
  origin: string;
  variable: string;
  message: string;
}

export type ConfigResult<S extends ConfigSchema> =
  { ok: true; value: z.output<S> } | { ok: false; problems: ConfigProblem[] };

/**
 * Reads every variable of the schema from its sources and reports all mistakes together.
 * Values arrive as strings, so numbers and booleans are `z.coerce.number()`, `z.stringbool()` and the like.
 */
export function readConfig<S extends ConfigSchema>(
  schema: S,
  env: Readonly<Record<string, string | undefined>>,
): ConfigResult<S> {
  const problems: ConfigProblem[] = [];
  let lookup: Lookup;
  try {
    lookup = sources(env, (mistake) => void problems.push(sourceProblem(mistake, 'ENV_FILE')));
  } catch (error) {
    return { ok: false, problems: [sourceProblem(error, 'ENV_FILE')] };
  }
  const input: Record<string, string> = {};
  const origins = new Map<string, string>();
  for (const name of Object.keys(schema.shape)) {
    try {
      const setting = lookup(name) ?? settingByDefault(schema.shape[name] as z.ZodType);
      if (setting === undefined) continue;
      input[name] = setting.value;
      origins.set(name, setting.origin);
    } catch (error) {
      problems.push(sourceProblem(error, name));
    }
  }
  const unread = new Set(problems.map((problem) => problem.variable));
  const result = schema.safeParse(input);
  for (const issue of result.error?.issues ?? []) {
    const variable = String(issue.path[0] ?? '');
    if (unread.has(variable)) continue;
    const message = explain(schema, issue, input[variable]);
    problems.push({ variable, ...locate(message, lineOf(issue), origins.get(variable) ?? '') });
  }
  if (result.success && problems.length === 0) return { ok: true, value: result.data };
  return { ok: false, problems };
}

/** Enough to see what is wrong: the text goes to the log and to `/healthz` as a whole. */
const MAX_LINES = 100;

/** One line a mistake: `.env:3: LOG_LEVEL: …`, or `PORT: …` when it stands in the environment. */
export function formatProblems(problems: readonly ConfigProblem[]): string {
  const lines = problems
    .slice(0, MAX_LINES)
    .map(({ origin, variable, message }) => `${origin === '' ? '' : `${origin}: `}${variable}: ${message}`);
  if (problems.length > MAX_LINES) lines.push(`and ${String(problems.length - MAX_LINES)} more mistakes`);
  return lines.join('\n');
}

function settingByDefault(field: z.core.$ZodType): Setting | undefined {
  const { defaultFile } = marksOf(field);
  return defaultFile === undefined ? undefined : readSetting(defaultFile);
}

/** A schema that reads a whole document reports the line of a mistake in it as `params: { line }`. */
function lineOf(issue: z.core.$ZodIssue): number | undefined {
  const line: unknown = issue.code === 'custom' ? issue.params?.['line'] : undefined;
  return typeof line === 'number' ? line : undefined;
}

/** The line goes to the file's name; into the message where the value is not the whole of a file. */
function locate(message: string, line: number | undefined, origin: string): { origin: string; message: string } {
  if (line === undefined) return { origin, message };
  const isFile = origin !== '' && !/:\d+$/.test(origin);
  return isFile ? { origin: `${origin}:${line}`, message } : { origin, message: `line ${line}: ${message}` };
}

function explain(schema: ConfigSchema, issue: z.core.$ZodIssue, value: string | undefined): string {
  const name = String(issue.path[0] ?? '');
  const inside = issue.path.slice(1).map(String).join('.');
  const message = inside === '' ? issue.message : `${inside}: ${issue.message}`;
  if (value === undefined) return `is missing. Set ${name}, or ${name}_FILE to a file that holds it.`;
  const field = schema.shape[name] as z.core.$ZodType | undefined;
  const hidden = value.includes('\n') || (field !== undefined && marksOf(field).secret);
  const shown = hidden ? '' : ` (found ${JSON.stringify(abbreviate(value))})`;
  return `${message}${shown}`;
}

function abbreviate(value: string): string {
  return value.length > 60 ? `${value.slice(0, 57)}…` : value;
}

function sourceProblem(error: unknown, variable: string): ConfigProblem {
  if (!(error instanceof SourceError)) throw error;
  return { origin: error.origin, variable: error.variable ?? variable, message: error.message };
}
