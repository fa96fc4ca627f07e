import { LogsDedupStrategy, LogsSortOrder } from '@grafana/schema';
import type { Options } from '@grafana/schema/dist/esm/raw/composable/logs/panelcfg/x/LogsPanelCfg_types.gen';
import { basicsOf, type Basics, type UnplacedPanel } from './panel.ts';

const options = {
  dedupStrategy: LogsDedupStrategy.none,
  enableLogDetails: true,
  prettifyLogMessage: false,
  showCommonLabels: false,
  showLabels: false,
  showLogContextToggle: true,
  showTime: true,
  sortOrder: LogsSortOrder.Descending,
  wrapLogMessage: true,
} satisfies Options;

/** Log lines; a click on one shows its attributes, and the trace that it belongs to. */
export function logs(basics: Basics): UnplacedPanel {
  return { type: 'logs', ...basicsOf(basics), options, fieldConfig: { defaults: {}, overrides: [] } };
}
