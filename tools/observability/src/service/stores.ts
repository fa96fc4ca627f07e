import { row } from '../layout.ts';
import { timeSeries } from '../panels/time-series.ts';
import { perSecond, quantile } from '../promql.ts';
import { series } from '../query.ts';
import { WHERE } from './selected.ts';

const OPERATION = 'db_client_operation_duration_seconds';
const BY = 'db_system_name, db_operation_name';
const LEGEND = '{{db_system_name}} {{db_operation_name}}';
const POOL = 'db_client_connection_pool_name';

export const stores = row(
  'PostgreSQL and Redis',
  [
    timeSeries({
      title: 'Operations',
      description: 'Statements and Redis commands per second.',
      queries: [series(perSecond(`${OPERATION}_count`, BY, WHERE), LEGEND)],
      ...{ unit: 'ops', stacked: true },
    }),
    timeSeries({
      title: 'Duration of operations, p95',
      description: '95 % of the operations took at most this long. For the texts of slow ones see Slow statements.',
      queries: [series(quantile(0.95, OPERATION, BY, WHERE), LEGEND)],
      ...{ unit: 's', limit: 0.1 },
    }),
    timeSeries({
      title: 'Failed operations',
      description: 'Operations per second that failed, by the class of the error.',
      queries: [
        series(
          perSecond(`${OPERATION}_count`, 'db_system_name, error_type', `${WHERE}, error_type!=""`),
          '{{db_system_name}} {{error_type}}',
        ),
      ],
      unit: 'ops',
    }),
  ],
  [
    timeSeries({
      title: 'Connections',
      description: 'Connections of the pool, used and idle, and the most that it opens.',
      queries: [
        series(
          `sum by (${POOL}, db_client_connection_state) (db_client_connection_count{${WHERE}})`,
          `{{${POOL}}} {{db_client_connection_state}}`,
        ),
        series(`sum by (${POOL}) (db_client_connection_max{${WHERE}})`, `{{${POOL}}} max`),
      ],
      unit: 'short',
    }),
    timeSeries({
      title: 'Waiting for a connection',
      description: 'Requests that wait because all connections are used: slow statements, or a pool that is too small.',
      queries: [series(`sum by (${POOL}) (db_client_connection_pending_requests{${WHERE}})`, `{{${POOL}}}`)],
      ...{ unit: 'short', limit: 1 },
    }),
  ],
);
