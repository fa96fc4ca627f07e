import { parse } from 'yaml';
import type { ListedQuery } from './queries-of-dashboard.ts';

interface DataSources {
  readonly datasources: readonly {
    readonly name: string;
    readonly jsonData?: {
      readonly tracesToLogsV2?: { readonly query?: string };
      readonly tracesToMetrics?: { readonly queries?: readonly { readonly name: string; readonly query: string }[] };
    };
  }[];
}

/** The queries behind the links of a trace to its logs and metrics, as Grafana reads them: `$$` stands for `$`. */
export function queriesOfDataSources(file: string, yaml: string): ListedQuery[] {
  const { datasources } = parse(yaml) as DataSources;
  return datasources.flatMap(({ name, jsonData = {} }) => {
    const { tracesToLogsV2: { query: logs } = {}, tracesToMetrics: { queries: metrics = [] } = {} } = jsonData;
    const of = (link: string, language: 'promql' | 'logql', text: string): ListedQuery => ({
      where: `${file}: ${name}: ${link}`,
      language,
      text: text.replaceAll('$$', '$'),
    });
    return [
      ...(logs === undefined ? [] : [of('logs', 'logql', logs)]),
      ...metrics.map((metric) => of(metric.name, 'promql', metric.query)),
    ];
  });
}
