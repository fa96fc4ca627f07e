import { row } from '../layout.ts';
import { toService, toServiceOf } from '../links.ts';
import { stateTimeline } from '../panels/state-timeline.ts';
import { table } from '../panels/table.ts';
import { latest, series } from '../query.ts';

export const states = row(
  'State',
  [
    stateTimeline({
      title: 'Services',
      description: 'The response of /healthz to a probe every 5 s: degraded means that a check fails.',
      queries: [series('min by (service_name) (probe_http_status_code{job="healthz"})', '{{service_name}}')],
      states: { 200: ['ok', 'green'], 503: ['degraded', 'orange'], 0: ['down', 'red'] },
      links: [toService],
    }),
    stateTimeline({
      title: 'Checks',
      description: 'What each service needs, as it saw it last: a failed check makes it degraded.',
      queries: [series('min by (service_name, check) (health_check_successful)', '{{service_name}}: {{check}}')],
      states: { 1: ['ok', 'green'], 0: ['failed', 'red'] },
      links: [toService],
    }),
  ],
  [
    table({
      title: 'Firing alerts',
      description: 'Alerts that fire now. The name of a service leads to its dashboard; what to do is in Alertmanager.',
      queries: [latest('ALERTS{alertstate="firing"}')],
      hidden: ['Time', 'Value', '__name__', 'alertstate', 'instance', 'job'],
      links: { service_name: [toServiceOf('${__value.raw}')] },
      height: 6,
    }),
  ],
);
