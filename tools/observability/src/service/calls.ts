import { row } from '../layout.ts';
import { stateTimeline } from '../panels/state-timeline.ts';
import { timeSeries } from '../panels/time-series.ts';
import { perSecond, quantile } from '../promql.ts';
import { series } from '../query.ts';
import { WHERE } from './selected.ts';

const CALL = 'http_client_request_duration_seconds';
const BY = 'server_address, http_response_status_code, error_type';

export const calls = row(
  'Calls and queues',
  [
    timeSeries({
      title: 'Calls to other services',
      description: 'Requests per second that this service sent, by status or error.',
      queries: [
        series(
          perSecond(`${CALL}_count`, BY, WHERE),
          '{{server_address}} {{http_response_status_code}} {{error_type}}',
        ),
      ],
      ...{ unit: 'reqps', stacked: true },
    }),
    timeSeries({
      title: 'Duration of calls, p95',
      description: '95 % of the calls took at most this long, the time on the network included.',
      queries: [series(quantile(0.95, CALL, 'server_address', WHERE), '{{server_address}}')],
      unit: 's',
    }),
    timeSeries({
      title: 'Connections to other services',
      description: 'Connections that are open, active and idle.',
      queries: [
        series(
          `sum by (server_address, http_connection_state) (http_client_open_connections{${WHERE}})`,
          '{{server_address}} {{http_connection_state}}',
        ),
      ],
      unit: 'short',
    }),
  ],
  [
    timeSeries({
      title: 'Queues',
      description: 'Work that runs and work that waits for its turn.',
      queries: [
        series(`sum by (queue) (fair_queue_running{${WHERE}})`, '{{queue}} running'),
        series(`sum by (queue) (fair_queue_waiting{${WHERE}})`, '{{queue}} waiting'),
      ],
      unit: 'short',
    }),
    timeSeries({
      title: 'Refused by queues',
      description: 'Work per second that was refused because too much was waiting: the client gets a 503 or a 429.',
      queries: [series(perSecond('fair_queue_refused_total', 'queue', WHERE), '{{queue}}')],
      unit: 'ops',
    }),
    stateTimeline({
      title: 'Checks',
      description: 'What this service needs, as it saw it last.',
      queries: [series(`min by (check) (health_check_successful{${WHERE}})`, '{{check}}')],
      states: { 1: ['ok', 'green'], 0: ['failed', 'red'] },
    }),
  ],
);
