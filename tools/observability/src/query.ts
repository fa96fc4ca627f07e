import type { DataQuery } from '@grafana/schema';

/** The data sources that Grafana is provisioned with; each has its type as its uid. */
export type Language = 'promql' | 'logql' | 'traceql';

export const dataSources = { promql: 'prometheus', logql: 'loki', traceql: 'tempo' } as const;

/** A query as Grafana stores it, but for the letter that a panel gives it. */
export interface Query extends Omit<DataQuery, 'refId'> {
  readonly datasource: { readonly type: string; readonly uid: string };
  /** In PromQL or LogQL. */
  readonly expr?: string;
  /** In TraceQL. */
  readonly query?: string;
  readonly [option: string]: unknown;
}

/** A line for each series, named by its labels: `{{http_route}}`. */
export function series(expr: string, legendFormat: string): Query {
  return { ...from('promql'), expr, legendFormat, range: true };
}

/** The latest value of each series: a row of a table, or a number. */
export function latest(expr: string, legendFormat = ''): Query {
  return { ...from('promql'), expr, legendFormat, instant: true, range: false, format: 'table' };
}

/** Buckets of a histogram, for a heatmap. */
export function buckets(expr: string): Query {
  return { ...from('promql'), expr, legendFormat: '{{le}}', range: true, format: 'heatmap' };
}

/** Log lines, newest first. */
export function lines(expr: string): Query {
  return { ...from('logql'), expr, queryType: 'range', maxLines: 500 };
}

/** A line for each series that Loki counts. */
export function counts(expr: string, legendFormat: string): Query {
  return { ...from('logql'), expr, queryType: 'range', legendFormat };
}

/** One row for each trace, or for each of its spans that matches. */
export function traces(query: string, tableType: 'traces' | 'spans' = 'traces'): Query {
  return { ...from('traceql'), query, queryType: 'traceql', tableType, limit: 20, filters: [] };
}

function from(language: Language): Pick<Query, 'datasource'> {
  const name = dataSources[language];
  return { datasource: { type: name, uid: name } };
}
