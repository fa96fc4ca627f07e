import { readFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';

export type Route = Record<string, unknown>;

/** The shipped routes, each changed by `change`, as YAML. */
export async function changedRoutes(shipped: string, change: (route: Route) => Route): Promise<string> {
  const table = parse(await readFile(shipped, 'utf8')) as { routes: Route[] };
  return stringify({ ...table, routes: table.routes.map(change) });
}
