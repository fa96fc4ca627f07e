import { ThresholdsMode, type Panel, type Threshold } from '@grafana/schema';
import type { Query } from '../query.ts';

/** A panel without its place on the dashboard; see layout.ts. */
export type UnplacedPanel = Omit<Panel, 'id' | 'gridPos'> & {
  /** In units of Grafana's grid, of about 30 pixels; 8 by default. */
  readonly height?: number;
};

/** What the panels of every type have. */
export interface Basics {
  readonly title: string;
  /** A sentence or two: what it shows, and what to make of it. */
  readonly description: string;
  readonly queries: readonly Query[];
  readonly height?: number;
}

export function basicsOf({ title, description, queries, height }: Basics): Omit<UnplacedPanel, 'type'> {
  const [first] = queries;
  if (first === undefined) throw new Error(`the panel "${title}" has no query`);
  return {
    title,
    description,
    ...(height !== undefined && { height }),
    datasource: first.datasource,
    targets: queries.map((query, index) => ({ refId: String.fromCharCode(65 + index), ...query })),
  };
}

/** Green below the first value. */
export function thresholds(orange?: number, red?: number): { mode: ThresholdsMode; steps: Threshold[] } {
  const steps: Threshold[] = [{ color: 'green', value: null }];
  if (orange !== undefined) steps.push({ color: 'orange', value: orange });
  if (red !== undefined) steps.push({ color: 'red', value: red });
  return { mode: ThresholdsMode.Absolute, steps };
}
