import type { Panel, RowPanel } from '@grafana/schema';
import type { UnplacedPanel } from './panels/panel.ts';

/** A titled part of a dashboard: lines of panels, those of one line with the same width. */
export interface Row {
  readonly title: string;
  readonly lines: readonly (readonly UnplacedPanel[])[];
}

/** Columns of Grafana's grid. */
const WIDTH = 24;
const HEIGHT = 8;

export function row(title: string, ...lines: Row['lines']): Row {
  return { title, lines };
}

/** Places the rows below each other, and numbers the panels in that order. */
export function layOut(rows: readonly Row[]): (Panel | RowPanel)[] {
  const placed: (Panel | RowPanel)[] = [];
  let y = 0;
  for (const { title, lines } of rows) {
    const gridPos = { x: 0, y, w: WIDTH, h: 1 };
    placed.push({ id: placed.length + 1, type: 'row', title, collapsed: false, gridPos, panels: [] });
    y += 1;
    for (const panels of lines) {
      const h = Math.max(...panels.map(({ height = HEIGHT }) => height));
      for (const [index, { height: _, ...panel }] of panels.entries()) {
        const x = Math.round((index * WIDTH) / panels.length);
        const w = Math.round(((index + 1) * WIDTH) / panels.length) - x;
        placed.push({ id: placed.length + 1, ...panel, gridPos: { x, y, w, h } });
      }
      y += h;
    }
  }
  return placed;
}
