import type { Language } from '../query.ts';
import { nodesOf, parse } from './grammar.ts';

/** The node of a name in each grammar, and the nodes that it must be in. */
const names: Record<Language, readonly [node: string, within: readonly string[]]> = {
  promql: ['Identifier', ['VectorSelector']],
  logql: ['Identifier', ['Matcher', 'NumberFilter', 'DurationFilter', 'BytesFilter', 'Labels', 'LabelFormatMatcher']],
  traceql: ['AttributeField', ['FieldExpression']],
};

/**
 * What the data must have for a query to find something: metrics in PromQL, labels and structured metadata in LogQL,
 * attributes with their scope (`span.http.route`) in TraceQL, whose intrinsics such as `duration` every span has.
 */
export function namesIn({ language, text }: { language: Language; text: string }): string[] {
  const [node, within] = names[language];
  const found = nodesOf(parse(language, text)).filter(
    ({ name, parent }) => name === node && within.includes(parent?.name ?? ''),
  );
  return [...new Set(found.map(({ from, to }) => text.slice(from, to)))];
}
