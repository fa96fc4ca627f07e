import { parse } from 'yaml';
import type { ListedQuery } from './queries-of-dashboard.ts';

interface Rules {
  readonly groups: readonly { readonly rules: readonly { alert?: string; record?: string; expr: string }[] }[];
}

/** The queries of a file with rules of Prometheus. */
export function queriesOfRules(file: string, yaml: string): ListedQuery[] {
  const { groups } = parse(yaml) as Rules;
  return groups.flatMap(({ rules }) =>
    rules.map(({ alert, record, expr }) => ({
      where: `${file}: ${alert ?? record ?? ''}`,
      language: 'promql' as const,
      text: expr.trim(),
    })),
  );
}
