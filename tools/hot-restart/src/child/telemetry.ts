import { metrics, trace } from '@opentelemetry/api';
import type { RestartFigure } from '../messages.ts';

/** Records a restart in the process that it brought to life: how long it took, and when, as a metric and a span. */
export function recordRestart(figure: RestartFigure): void {
  const files = figure.files.length;
  metrics
    .getMeter('hot-restart')
    .createHistogram('hot_restart.duration', {
      unit: 's',
      description: 'Time from a change of a file until the new code is live',
      advice: { explicitBucketBoundaries: [0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5] },
    })
    .record((figure.to - figure.from) / 1000);
  trace
    .getTracer('hot-restart')
    .startSpan('hot restart', { startTime: figure.from, root: true, attributes: { 'hot_restart.files': files } })
    .end(figure.to);
}
