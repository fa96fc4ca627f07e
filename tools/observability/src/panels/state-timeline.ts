import { LegendDisplayMode, MappingType, TooltipDisplayMode, SortOrder, VisibilityMode } from '@grafana/schema';
import type {
  FieldConfig,
  Options,
} from '@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen';
import type { DataLink } from '../links.ts';
import { basicsOf, thresholds, type Basics, type UnplacedPanel } from './panel.ts';

interface StateTimeline extends Basics {
  /** The text and color of each value: `{ 1: ['ok', 'green'], 0: ['failed', 'red'] }`. */
  readonly states: Readonly<Record<number, readonly [text: string, color: string]>>;
  readonly links?: readonly DataLink[];
}

const options = {
  legend: { calcs: [], displayMode: LegendDisplayMode.List, placement: 'bottom', showLegend: false },
  tooltip: { mode: TooltipDisplayMode.Single, sort: SortOrder.None },
  mergeValues: true,
  rowHeight: 0.8,
  showValue: VisibilityMode.Auto,
} satisfies Options;

export function stateTimeline({ states, links = [], ...basics }: StateTimeline): UnplacedPanel {
  const results = Object.entries(states).map(([value, [text, color]]) => [value, { text, color }] as const);
  const custom = { fillOpacity: 80, lineWidth: 0 } satisfies FieldConfig;
  return {
    type: 'state-timeline',
    ...basicsOf(basics),
    options,
    fieldConfig: {
      defaults: {
        custom,
        links: [...links],
        mappings: [{ type: MappingType.ValueToText, options: Object.fromEntries(results) }],
        thresholds: thresholds(),
      },
      overrides: [],
    },
  };
}
