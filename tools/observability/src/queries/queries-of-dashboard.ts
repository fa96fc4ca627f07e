import type { Dashboard, Panel } from '@grafana/schema';
import { dataSources, type Language, type Query } from '../query.ts';
import { queriesOfLink } from './queries-of-link.ts';

/** A query, and where it stands. */
export interface ListedQuery {
  /** Such as `service.json: Requests by route`. */
  readonly where: string;
  readonly language: Language;
  readonly text: string;
}

/** The queries of the panels, of the links in them and of the variables; Grafana's variables are still in them. */
export function queriesOfDashboard(file: string, { panels = [], templating }: Dashboard): ListedQuery[] {
  return [
    ...(templating?.list ?? []).flatMap(({ name, query }) => {
      const [, text] = /^label_values\((.+), *\w+\)$/.exec(textOf(query)) ?? [];
      return text === undefined ? [] : [{ where: `${file}: $${name}`, language: 'promql' as const, text }];
    }),
    ...panels.flatMap((panel) => {
      const where = `${file}: ${panel.title ?? ''}`;
      if (!('targets' in panel)) return [];
      const queries = (panel.targets ?? []) as unknown as Query[];
      return [
        ...queries.map((query) => ({ where, ...asListed(query) })),
        ...linksOf(panel).flatMap(({ title, url }) =>
          queriesOfLink(url).map((query) => ({ where: `${where}: ${title}`, ...asListed(query) })),
        ),
      ];
    }),
  ];
}

/** The links of a panel's values. */
export function linksOf({ fieldConfig }: Panel): { title: string; url: string }[] {
  const ofColumns = (fieldConfig?.overrides ?? []).flatMap(({ properties }) => properties);
  const lists = [
    fieldConfig?.defaults.links,
    ...ofColumns.map(({ id, value }) => (id === 'links' ? value : undefined)),
  ];
  return lists.flatMap((list) => (list ?? []) as { title: string; url: string }[]);
}

function asListed({ datasource, expr, query }: Query): Omit<ListedQuery, 'where'> {
  const languages = Object.keys(dataSources) as Language[];
  const language = languages.find((each) => dataSources[each] === datasource.uid);
  if (language === undefined) throw new Error(`${datasource.uid} is not a data source: take one of query.ts`);
  return { language, text: expr ?? query ?? '' };
}

function textOf(query: string | Record<string, unknown> = ''): string {
  return typeof query === 'string' ? query : String(query['query']);
}
