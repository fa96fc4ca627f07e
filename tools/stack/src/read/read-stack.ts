import type { Problem } from '../problem.ts';
import type { Stack } from '../stack.ts';
import { cycleProblems } from './check-cycles.ts';
import { nameProblems } from './check-names.ts';
import { portProblems } from './check-ports.ts';
import { shapeProblems } from './check-shape.ts';
import { wiringProblems } from './check-wiring.ts';
import { outlineOf } from './outline.ts';
import { stackSchema } from './schema.ts';
import { readYamlSource } from './yaml-source.ts';

export type StackResult =
  { readonly ok: true; readonly stack: Stack } | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads the text of `services.yaml`. Pure; never throws. All mistakes are reported together, in the order of their
 * lines: syntax, repeated and unknown keys, wrong types, unknown names, clashing ports, cycles,
 * wiring that does not fit together.
 *
 * @param file the name that the problems carry
 */
export function readStack(text: string, file = 'services.yaml'): StackResult {
  const source = readYamlSource(text, file);
  if (source.data === undefined) return { ok: false, problems: source.problems };

  const parsed = stackSchema.safeParse(source.data);
  const outline = outlineOf(source);
  const problems = [
    ...source.problems,
    ...(parsed.success ? [] : shapeProblems(parsed.error.issues, source, file)),
    ...nameProblems(outline, file),
    ...portProblems(outline, file),
    ...cycleProblems(outline, file),
    ...wiringProblems(outline, file),
  ].sort((a, b) => a.line - b.line);

  return parsed.success && problems.length === 0 ? { ok: true, stack: parsed.data } : { ok: false, problems };
}
