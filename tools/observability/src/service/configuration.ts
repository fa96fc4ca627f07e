import { row } from '../layout.ts';
import { stateTimeline } from '../panels/state-timeline.ts';
import { table } from '../panels/table.ts';
import { timeSeries } from '../panels/time-series.ts';
import { series, latest } from '../query.ts';
import { WHERE } from './selected.ts';

export const configuration = row('Configuration and restarts', [
  stateTimeline({
    title: 'Last reload',
    description: 'Refused: the last good configuration is in force, and the log says why.',
    queries: [series(`min(config_last_reload_successful{${WHERE}})`, 'configuration')],
    states: { 1: ['applied', 'green'], 0: ['refused', 'red'] },
  }),
  timeSeries({
    title: 'Reloads',
    description: 'Reloads in each interval of the graph, by outcome.',
    queries: [series(`sum by (outcome) (increase(config_reloads_total{${WHERE}}[$__rate_interval]))`, '{{outcome}}')],
    unit: 'short',
  }),
  table({
    title: 'Configuration in force',
    description: 'Replicas with the same configuration show the same version.',
    queries: [latest(`count by (version) (config_info{${WHERE}})`)],
    hidden: ['Time'],
  }),
  timeSeries({
    title: 'Hot restarts',
    description: 'How long restarts after an edit took on average; in development only.',
    queries: [
      series(
        `sum(increase(hot_restart_duration_seconds_sum{${WHERE}}[$__rate_interval]))` +
          ` / sum(increase(hot_restart_duration_seconds_count{${WHERE}}[$__rate_interval]))`,
        'average',
      ),
    ],
    unit: 's',
  }),
]);
