import { row } from '../layout.ts';
import { timeSeries } from '../panels/time-series.ts';
import { perSecond } from '../promql.ts';
import { series } from '../query.ts';

export const signIns = row('Sign-ins', [
  timeSeries({
    title: 'Sign-ins by outcome',
    description: 'Sign-ins per second. Many with invalid credentials: somebody tries passwords.',
    queries: [series(perSecond('auth_sign_ins_total', 'outcome'), '{{outcome}}')],
    ...{ unit: 'ops', stacked: true },
  }),
  timeSeries({
    title: 'Ended sessions by reason',
    description: 'Sessions that ended per second. A reused token is a stolen one, or a client that is broken.',
    queries: [series(perSecond('auth_sessions_ended_total', 'reason'), '{{reason}}')],
    ...{ unit: 'ops', stacked: true },
  }),
  timeSeries({
    title: 'Waiting in queues',
    description: 'Work that waits for its turn, such as passwords to be hashed.',
    queries: [series('sum by (service_name, queue) (fair_queue_waiting)', '{{service_name}}: {{queue}}')],
    unit: 'short',
  }),
]);
