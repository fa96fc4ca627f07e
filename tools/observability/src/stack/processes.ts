import { row } from '../layout.ts';
import { toService } from '../links.ts';
import { timeSeries } from '../panels/time-series.ts';
import { perSecond } from '../promql.ts';
import { series } from '../query.ts';

const links = [toService];

export const processes = row('Processes', [
  timeSeries({
    title: 'Event loop delay, p99',
    description: 'How late timers and I/O are handled. High: something computes without a pause.',
    queries: [series('max by (service_name) (nodejs_eventloop_delay_p99_seconds)', '{{service_name}}')],
    ...{ unit: 's', limit: 0.2, links },
  }),
  timeSeries({
    title: 'CPU',
    description: 'CPU time per second: 100 % is one core.',
    queries: [series(perSecond('process_cpu_time_seconds_total', 'service_name'), '{{service_name}}')],
    ...{ unit: 'percentunit', links },
  }),
  timeSeries({
    title: 'Memory',
    description: 'Resident memory of the processes.',
    queries: [series('sum by (service_name) (process_memory_usage_bytes)', '{{service_name}}')],
    ...{ unit: 'bytes', links },
  }),
]);
