import type { z } from 'zod';
import { closest, suggestion } from '../did-you-mean.ts';
import type { Mistake } from '../problem.ts';
import { knownKeys } from './schema.ts';
import type { View } from './view.ts';

type Issue = z.core.$ZodIssue;

/** Says in plain words what zod found wrong with the shape of the file. */
export function shapeMistakes(issues: readonly Issue[], view: View): Mistake[] {
  const misspelt = new Set(issues.flatMap((issue) => meantKeys(issue).map((key) => [...issue.path, key].join('.'))));
  return issues.flatMap((issue): Mistake[] => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(issue.path, key, view));
    const { value, exists, line, lineOfKey } = at(view, issue.path);
    const missing = issue.code === 'invalid_type' && !exists;
    // "unknown key prot, did you mean port?" has said it already.
    if (missing && misspelt.has(issue.path.join('.'))) return [];
    const message = `${label(issue.path)} ${missing ? 'is missing' : complaint(issue, value)}`;
    return [{ line: missing ? lineOfKey : line, message }];
  });
}

function unknownKey(path: readonly PropertyKey[], key: string, view: View): Mistake {
  const where = path.length === 0 ? '' : ` in ${label(path)}`;
  const hint = suggestion(key, keysKnownAt(path)) || `; known here: ${keysKnownAt(path).join(', ')}`;
  return { line: at(view, [...path, key]).lineOfKey, message: `unknown key "${key}"${where}${hint}` };
}

function meantKeys(issue: Issue): string[] {
  if (issue.code !== 'unrecognized_keys') return [];
  return issue.keys.map((key) => closest(key, keysKnownAt(issue.path))).filter((key) => key !== undefined);
}

function keysKnownAt(path: readonly PropertyKey[]): readonly string[] {
  const [section = 'root'] = path;
  return Object.entries(knownKeys).find(([key]) => key === section)?.[1] ?? knownKeys.root;
}

function complaint(issue: Issue, value: unknown): string {
  const given = JSON.stringify(value) ?? 'nothing';
  switch (issue.code) {
    case 'invalid_value':
      return `must be ${issue.values.map(String).join(' or ')}, not ${given}`;
    case 'too_big':
    case 'too_small':
      return issue.origin === 'string' ? 'must not be empty' : `must be between 1 and 65535, not ${given}`;
    case 'invalid_type':
      return `must be ${nouns[issue.expected] ?? issue.expected}, not ${given}`;
    default:
      return issue.message;
  }
}

const nouns: Readonly<Record<string, string>> = {
  object: 'a map',
  record: 'a map',
  array: 'a list',
  string: 'text',
  number: 'a whole number',
  int: 'a whole number',
};

function label(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'the file' : path.map(String).join('.');
}

function at(view: View, path: readonly PropertyKey[]): View {
  return path.reduce((inner, step) => inner.get(step), view);
}
