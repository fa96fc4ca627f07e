import { dataSources, type Language } from './query.ts';

/** A link of a value. Grafana replaces variables such as `${__field.labels.http_route}` in its URL. */
export interface DataLink {
  readonly title: string;
  readonly url: string;
}

/** Opens a query in Explore, for the time range of the dashboard. */
export function toExplore(title: string, language: Language, text: string): DataLink {
  const uid = dataSources[language];
  const query =
    language === 'traceql'
      ? { refId: 'A', datasource: { type: uid, uid }, queryType: 'traceql', query: text }
      : { refId: 'A', datasource: { type: uid, uid }, queryType: 'range', expr: text };
  const panes = { a: { datasource: uid, queries: [query], range: { from: '${__from}', to: '${__to}' } } };
  return { title, url: `/explore?schemaVersion=1&orgId=1&panes=${encodeButVariables(JSON.stringify(panes))}` };
}

/** The dashboard of the service that a series belongs to. */
export const toService = toServiceOf('${__field.labels.service_name}');

/** The dashboard of the service that a variable names. */
export function toServiceOf(variable: string): DataLink {
  return { title: `Dashboard of ${variable}`, url: `/d/service?var-service=${variable}&\${__url_time_range}` };
}

/** The log lines of the trace in this row of a table, of all services. */
export function toLogsOf(field: 'traceID' | 'traceIdHidden'): DataLink {
  return toExplore('Logs of this trace', 'logql', `{service_name=~".+"} | trace_id = "\${__data.fields.${field}}"`);
}

function encodeButVariables(text: string): string {
  return text.replace(/\$\{[^}]+\}|[^$]+|\$/g, (part) => (part.startsWith('${') ? part : encodeURIComponent(part)));
}
