import { metrics } from '@opentelemetry/api';

/** Shows how long a queue is, and returns what counts a piece of work that it refuses. */
export function observeQueue(queue: string, length: () => { waiting: number; running: number }): () => void {
  const meter = metrics.getMeter('@evenkeel/service');
  meter
    .createObservableUpDownCounter('fair_queue.waiting', { description: 'Work that waits for its turn' })
    .addCallback((result) => result.observe(length().waiting, { queue }));
  meter
    .createObservableUpDownCounter('fair_queue.running', { description: 'Work that is being done' })
    .addCallback((result) => result.observe(length().running, { queue }));
  const refused = meter.createCounter('fair_queue.refused', { description: 'Work that was refused as too much' });
  refused.add(0, { queue });
  return () => refused.add(1, { queue });
}
