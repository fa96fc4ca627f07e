export { dashboardFile, dashboards } from './dashboard-files.ts';
