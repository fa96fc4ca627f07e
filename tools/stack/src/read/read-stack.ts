import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatProblem, type Problem } from '../problem.ts';
import type { Stack } from '../stack.ts';
import { cycleMistakes } from './check-cycles.ts';
import { nameMistakes } from './check-names.ts';
import { portMistakes } from './check-ports.ts';
import { shapeMistakes } from './check-shape.ts';
import { wiringMistakes } from './check-wiring.ts';
import { outlineOf } from './outline.ts';
import { stackSchema } from './schema.ts';
import { readYaml } from './view.ts';

const DECLARATION = 'services.yaml';

export type StackResult =
  { readonly ok: true; readonly stack: Stack } | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads the text of `services.yaml`. Pure; never throws. All mistakes are reported together, in the order of their
 * lines: syntax, repeated and unknown keys, wrong types, unknown names, clashing ports, cycles,
 * wiring that does not fit together.
 *
 * @param file the name that the problems carry
 */
export function readStack(text: string, file = DECLARATION): StackResult {
  const { view, problems } = readYaml(text, file);
  if (view === undefined) return { ok: false, problems };

  const parsed = stackSchema.safeParse(view.value);
  const outline = outlineOf(view);
  const mistakes = [
    ...(parsed.success ? [] : shapeMistakes(parsed.error.issues, view)),
    ...nameMistakes(outline),
    ...portMistakes(outline),
    ...cycleMistakes(outline),
    ...wiringMistakes(outline),
  ];
  problems.push(...mistakes.map((mistake) => ({ file, ...mistake })));
  problems.sort((a, b) => a.line - b.line);
  return parsed.success && problems.length === 0 ? { ok: true, stack: parsed.data } : { ok: false, problems };
}

/** Reads `services.yaml` in the repository's root. A file that cannot be read is a problem like any other. */
export async function loadStack(root: string): Promise<StackResult> {
  try {
    return readStack(await readFile(join(root, DECLARATION), 'utf8'));
  } catch (error) {
    return {
      ok: false,
      problems: [{ file: DECLARATION, line: 1, message: `cannot be read: ${(error as Error).message}` }],
    };
  }
}

/** `services.yaml` has mistakes, which the message lists. */
export class InvalidStackError extends Error {
  override readonly name = 'InvalidStackError';
}

/** The stack that `services.yaml` in the repository's root declares. @throws InvalidStackError with all its mistakes */
export async function declaredStack(root: string): Promise<Stack> {
  const result = await loadStack(root);
  if (result.ok) return result.stack;
  const problems = result.problems.map((problem) => `  ${formatProblem(problem)}`);
  throw new InvalidStackError(`services.yaml is not valid:\n${problems.join('\n')}`);
}
