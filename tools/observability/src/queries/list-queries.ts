import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Dashboard } from '@grafana/schema';
import { queriesOfDashboard, type ListedQuery } from './queries-of-dashboard.ts';
import { queriesOfDataSources } from './queries-of-data-sources.ts';
import { queriesOfRules } from './queries-of-rules.ts';
import { EXAMPLES, withValues, type Variables } from './variables.ts';

/**
 * Every query of a clone's dashboards and alerts, and of the links from traces to logs and metrics, ready to be executed:
 * with `variables`, such as the `service` to look at, and examples of the others in the places of Grafana's.
 */
export function listQueries(root: string, variables: Variables = {}): ListedQuery[] {
  const folder = join(root, 'infra', 'observability');
  const files = globSync(['dashboards/*.json', 'alerts.yaml', 'grafana/data-sources.yaml'], { cwd: folder }).sort();
  const values = { ...EXAMPLES, ...variables };
  return files.flatMap((file) => {
    const name = basename(file);
    const text = readFileSync(join(folder, file), 'utf8');
    if (name === 'alerts.yaml') return queriesOfRules(name, text);
    const queries = name.endsWith('.json')
      ? queriesOfDashboard(name, JSON.parse(text) as Dashboard)
      : queriesOfDataSources(name, text);
    return queries.map((query) => ({ ...query, text: withValues(query.text, values) }));
  });
}
