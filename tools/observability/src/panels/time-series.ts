import {
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  SortOrder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  type GraphFieldConfig,
} from '@grafana/schema';
import type { Options } from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';
import type { DataLink } from '../links.ts';
import { basicsOf, thresholds, type Basics, type UnplacedPanel } from './panel.ts';

interface TimeSeries extends Basics {
  /** Of Grafana's list: `reqps`, `s`, `bytes`, `percentunit`, `short`. */
  readonly unit: string;
  /** Above it the line is a problem: drawn as a dashed line. */
  readonly limit?: number;
  readonly stacked?: boolean;
  readonly links?: readonly DataLink[];
}

const options = {
  legend: {
    calcs: ['lastNotNull', 'max'],
    displayMode: LegendDisplayMode.Table,
    placement: 'bottom',
    showLegend: true,
  },
  tooltip: { mode: TooltipDisplayMode.Multi, sort: SortOrder.Descending },
} satisfies Options;

export function timeSeries({ unit, limit, stacked = false, links = [], ...basics }: TimeSeries): UnplacedPanel {
  const custom = {
    fillOpacity: stacked ? 30 : 0,
    lineWidth: 1,
    showPoints: VisibilityMode.Never,
    stacking: { mode: stacked ? StackingMode.Normal : StackingMode.None, group: 'A' },
    thresholdsStyle: { mode: limit === undefined ? GraphThresholdsStyleMode.Off : GraphThresholdsStyleMode.Dashed },
  } satisfies GraphFieldConfig;
  return {
    type: 'timeseries',
    ...basicsOf(basics),
    options,
    fieldConfig: {
      defaults: { unit, min: 0, links: [...links], thresholds: thresholds(undefined, limit), custom },
      overrides: [],
    },
  };
}
