import type { ListedQuery } from '@evenkeel/observability/queries';

/** Grafana's API, for a user who need not sign in. */
export interface Grafana {
  /** Whether Grafana reaches a data source, and why not. */
  health(uid: string): Promise<{ status: string; message: string }>;
  /** Runs a query over the last five minutes, as a panel does. Resolves with the number of series, lines or traces. */
  run(query: ListedQuery): Promise<number>;
}

export function openGrafana(baseUrl: string): Grafana {
  return {
    health: (uid) => request(`${baseUrl}/api/datasources/uid/${uid}/health`),
    run: (query) => (query.language === 'traceql' ? search(baseUrl, query) : runOnServer(baseUrl, query)),
  };
}

/** As the browser does: Grafana's server refuses TraceQL searches at /api/ds/query. */
async function search(baseUrl: string, { text }: ListedQuery): Promise<number> {
  const now = Math.floor(Date.now() / 1000);
  const parameters = new URLSearchParams({ q: text, start: String(now - 300), end: String(now), limit: '20' });
  const { traces = [] } = await request<{ traces?: unknown[] }>(
    `${baseUrl}/api/datasources/proxy/uid/tempo/api/search?${parameters}`,
  );
  return traces.length;
}

async function runOnServer(baseUrl: string, { language, text }: ListedQuery): Promise<number> {
  const uid = language === 'promql' ? 'prometheus' : 'loki';
  const options = language === 'promql' ? { range: true, instant: false } : { queryType: 'range', maxLines: 100 };
  const query = { refId: 'A', datasource: { type: uid, uid }, expr: text, ...options };
  const body = { from: 'now-5m', to: 'now', queries: [{ ...query, intervalMs: 15_000, maxDataPoints: 100 }] };
  const { results } = await request<{
    results: { A: { error?: string; frames?: { data: { values: unknown[][] } }[] } };
  }>(`${baseUrl}/api/ds/query`, body);
  if (results.A.error !== undefined) throw new Error(results.A.error);
  return (results.A.frames ?? []).filter(({ data }) => (data.values[0]?.length ?? 0) > 0).length;
}

async function request<Body>(url: string, body?: object): Promise<Body> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, body && { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${url}: ${text}`);
  return JSON.parse(text) as Body;
}
