import { DashboardCursorSync, defaultDashboard, type Dashboard, type VariableModel } from '@grafana/schema';
import { layOut, type Row } from './layout.ts';

interface Declared {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly variables?: VariableModel[];
  readonly rows: readonly Row[];
}

/** A dashboard in the JSON model that Grafana reads from files: schema version 42 in Grafana 13. */
export function dashboard({ uid, title, description, variables = [], rows }: Declared): Dashboard {
  return {
    description: `${description} Written by ./keel generate from tools/observability: change it there.`,
    uid,
    title,
    schemaVersion: defaultDashboard.schemaVersion,
    editable: false,
    graphTooltip: DashboardCursorSync.Crosshair,
    links: [toOtherDashboards],
    tags: ['services'],
    templating: { list: variables },
    time: { from: 'now-30m', to: 'now' },
    timezone: 'browser',
    refresh: '10s',
    panels: layOut(rows),
  };
}

const toOtherDashboards = {
  type: 'dashboards' as const,
  title: 'Dashboards',
  tags: ['services'],
  tooltip: '',
  icon: 'external link',
  asDropdown: false,
  includeVars: false,
  keepTime: true,
  targetBlank: false,
};
