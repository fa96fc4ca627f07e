import { serviceDashboard } from './service/service-dashboard.ts';
import { stackDashboard } from './stack/stack-dashboard.ts';

/** The dashboards by the name of their file. `gateways` are the services that clients reach. */
export function dashboards(gateways: readonly string[]) {
  const [shown = ''] = gateways;
  return { 'stack.json': stackDashboard(gateways), 'service.json': serviceDashboard(shown) };
}

/** The text of a dashboard's file in `infra/observability/dashboards/`. */
export function dashboardFile(name: keyof ReturnType<typeof dashboards>, gateways: readonly string[]): string {
  return `${JSON.stringify(dashboards(gateways)[name], undefined, 2)}\n`;
}
