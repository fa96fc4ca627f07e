import type { Problem } from '../problem.ts';
import type { Stack } from '../stack.ts';
import { cycleMistakes } from './check-cycles.ts';
import { nameMistakes } from './check-names.ts';
import { portMistakes } from './check-ports.ts';
import { shapeMistakes } from './check-shape.ts';
import { wiringMistakes } from './check-wiring.ts';
import { outlineOf } from './outline.ts';
import { stackSchema } from './schema.ts';
import { readYaml } from './view.ts';

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
