import { TableCellHeight } from '@grafana/schema';
import type { Options } from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type { DataLink } from '../links.ts';
import { basicsOf, type Basics, type UnplacedPanel } from './panel.ts';

interface Table extends Basics {
  /** Columns that are left out, such as the timestamp of a metric. */
  readonly hidden?: readonly string[];
  /** Links of the values in a column. */
  readonly links?: Readonly<Record<string, readonly DataLink[]>>;
}

const options = { cellHeight: TableCellHeight.Sm, frameIndex: 0, showHeader: true } satisfies Options;

export function table({ hidden = [], links = {}, ...basics }: Table): UnplacedPanel {
  const excludeByName = Object.fromEntries(hidden.map((column) => [column, true]));
  return {
    type: 'table',
    ...basicsOf(basics),
    options,
    ...(hidden.length > 0 && { transformations: [{ id: 'organize', options: { excludeByName } }] }),
    fieldConfig: {
      defaults: {},
      overrides: Object.entries(links).map(([column, value]) => ({
        matcher: { id: 'byName', options: column },
        properties: [{ id: 'links', value }],
      })),
    },
  };
}
