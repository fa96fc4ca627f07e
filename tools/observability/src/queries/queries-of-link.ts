import type { Query } from '../query.ts';

/** The queries that a link to Explore opens; none for another link. */
export function queriesOfLink(url: string): Query[] {
  const { pathname, searchParams } = new URL(url, 'http://grafana');
  if (pathname !== '/explore') return [];
  const panes = JSON.parse(searchParams.get('panes') ?? '{}') as Record<string, { queries: Query[] }>;
  return Object.values(panes).flatMap(({ queries }) => queries);
}
