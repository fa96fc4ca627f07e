import { row } from '../layout.ts';
import { timeSeries } from '../panels/time-series.ts';
import { perSecond } from '../promql.ts';
import { series } from '../query.ts';
import { WHERE } from './selected.ts';

const delay = (quantile: string) => series(`max(nodejs_eventloop_delay_${quantile}_seconds{${WHERE}})`, quantile);

export const processRow = row(
  'Process',
  [
    timeSeries({
      title: 'Event loop delay',
      description: 'How late timers and I/O are handled. High: something computes without a pause.',
      queries: ['p50', 'p90', 'p99', 'max'].map(delay),
      ...{ unit: 's', limit: 0.2 },
    }),
    timeSeries({
      title: 'Event loop utilization',
      description: 'The part of the time in which the event loop was busy. Near 100 %: add replicas.',
      queries: [series(`max(nodejs_eventloop_utilization_ratio{${WHERE}})`, 'busy')],
      ...{ unit: 'percentunit', limit: 0.9 },
    }),
    timeSeries({
      title: 'Garbage collection',
      description: 'Time per second that the process stood still for it, by kind.',
      queries: [series(perSecond('v8js_gc_duration_seconds_sum', 'v8js_gc_type', WHERE), '{{v8js_gc_type}}')],
      ...{ unit: 'percentunit', stacked: true },
    }),
  ],
  [
    timeSeries({
      title: 'Heap',
      description: 'Used memory of the JavaScript heap, by space.',
      queries: [
        series(`sum by (v8js_heap_space_name) (v8js_memory_heap_used_bytes{${WHERE}})`, '{{v8js_heap_space_name}}'),
      ],
      ...{ unit: 'bytes', stacked: true },
    }),
    timeSeries({
      title: 'Memory',
      description: 'Resident memory of the process.',
      queries: [series(`sum(process_memory_usage_bytes{${WHERE}})`, 'resident')],
      unit: 'bytes',
    }),
    timeSeries({
      title: 'CPU',
      description: 'CPU time per second: 100 % is one core.',
      queries: [series(perSecond('process_cpu_time_seconds_total', 'cpu_mode', WHERE), '{{cpu_mode}}')],
      ...{ unit: 'percentunit', stacked: true },
    }),
  ],
);
