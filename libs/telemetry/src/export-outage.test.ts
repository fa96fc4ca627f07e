import { expect, it } from 'vitest';
import { onExportOutage, setExportResult } from './process-telemetry.ts';

it('tells of one outage of all exporters once, and of its end when all that were begun last have arrived', () => {
  const told: (string | undefined)[] = [];
  onExportOutage((reason) => void told.push(reason));
  const [traces, logs] = [{}, {}];
  setExportResult(traces, 1, new Error('refused'));
  setExportResult(logs, 2, new Error('refused, too'));
  setExportResult(traces, 3, undefined);
  expect(told).toEqual(['refused']);
  setExportResult(logs, 5, undefined);
  expect(told).toEqual(['refused', undefined]);
  // It hung since before the end.
  setExportResult(logs, 4, new Error('timeout'));
  expect(told).toEqual(['refused', undefined]);
});
