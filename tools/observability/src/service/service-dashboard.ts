import { VariableRefresh, type Dashboard } from '@grafana/schema';
import { dashboard } from '../dashboard.ts';
import { dataSources } from '../query.ts';
import { calls } from './calls.ts';
import { configuration } from './configuration.ts';
import { logLines } from './log-lines.ts';
import { processRow } from './process.ts';
import { requestsRow } from './requests.ts';
import { slowAndFailed } from './slow-and-failed.ts';
import { stores } from './stores.ts';

const SLOW = ['50ms', '100ms', '250ms', '500ms', '1s'];

/** One service, from the rate of its requests to its log lines. `shown` is the service that it shows first. */
export function serviceDashboard(shown: string): Dashboard {
  return dashboard({
    uid: 'service',
    title: 'Service',
    description: 'One service: its requests, their traces and logs, its stores, calls and process.',
    variables: [
      {
        ...{ name: 'service', label: 'Service', type: 'query', current: { text: shown, value: shown } },
        datasource: { type: dataSources.promql, uid: dataSources.promql },
        query: { qryType: 1, query: 'label_values(target_info, service_name)', refId: 'service' },
        refresh: VariableRefresh.onTimeRangeChanged,
      },
      {
        ...{ name: 'slow', label: 'Slower than', type: 'custom', current: { text: '100ms', value: '100ms' } },
        query: SLOW.join(','),
        options: SLOW.map((value) => ({ text: value, value, selected: value === '100ms' })),
      },
    ],
    rows: [requestsRow, slowAndFailed, logLines, stores, calls, processRow, configuration],
  });
}
