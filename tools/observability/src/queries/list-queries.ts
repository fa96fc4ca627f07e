import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Dashboard } from '@grafana/schema';
import { queriesOfDashboard, type ListedQuery } from './queries-of-dashboard.ts';
import { queriesOfRules } from './queries-of-rules.ts';
import { EXAMPLES, withValues, type Variables } from './variables.ts';

/**
 * Every query of the dashboards and alerts of a clone, ready to be executed: with `variables`, such as the `service` to
 * look at, and examples of the others in the places of Grafana's.
 */
export function listQueries(root: string, variables: Variables = {}): ListedQuery[] {
  const folder = join(root, 'infra', 'observability');
  const files = globSync('dashboards/*.json', { cwd: folder }).sort();
  const alerts = join(folder, 'alerts.yaml');
  const ofDashboards = files.flatMap((file) =>
    queriesOfDashboard(basename(file), JSON.parse(readFileSync(join(folder, file), 'utf8')) as Dashboard),
  );
  const values = { ...EXAMPLES, ...variables };
  return [
    ...ofDashboards.map((query) => ({ ...query, text: withValues(query.text, values) })),
    ...(existsSync(alerts) ? queriesOfRules('alerts.yaml', readFileSync(alerts, 'utf8')) : []),
  ];
}
