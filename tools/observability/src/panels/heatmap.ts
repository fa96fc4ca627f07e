import {
  AxisPlacement,
  HeatmapCellLayout,
  ScaleDistribution,
  TooltipDisplayMode,
  VisibilityMode,
} from '@grafana/schema';
import type {
  HeatmapColorMode,
  HeatmapColorScale,
  Options,
} from '@grafana/schema/dist/esm/raw/composable/heatmap/panelcfg/x/HeatmapPanelCfg_types.gen';
import { basicsOf, type Basics, type UnplacedPanel } from './panel.ts';

interface Heatmap extends Basics {
  /** Of the buckets. */
  readonly unit: string;
}

/** A row for each bucket of a histogram; the more events, the darker its cells. */
export function heatmap({ unit, ...basics }: Heatmap): UnplacedPanel {
  const options = {
    calculate: false,
    cellGap: 1,
    color: {
      // These two lists of names exist as types only.
      mode: 'scheme' as HeatmapColorMode,
      scale: 'exponential' as HeatmapColorScale,
      scheme: 'Oranges',
      ...{ exponent: 0.5, fill: 'dark-orange', reverse: false, steps: 64 },
    },
    exemplars: { color: 'rgba(255,0,255,0.7)' },
    // An empty bucket is no cell.
    filterValues: { le: 1e-9 },
    legend: { show: true },
    rowsFrame: { layout: HeatmapCellLayout.auto },
    showValue: VisibilityMode.Never,
    tooltip: { mode: TooltipDisplayMode.Single, yHistogram: true, showColorScale: false },
    yAxis: { axisPlacement: AxisPlacement.Left, reverse: false, unit },
  } satisfies Options;
  return {
    type: 'heatmap',
    ...basicsOf(basics),
    options,
    fieldConfig: { defaults: { custom: { scaleDistribution: { type: ScaleDistribution.Linear } } }, overrides: [] },
  };
}
