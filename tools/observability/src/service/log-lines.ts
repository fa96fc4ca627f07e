import { row } from '../layout.ts';
import { logs } from '../panels/logs.ts';
import { timeSeries } from '../panels/time-series.ts';
import { counts, lines } from '../query.ts';
import { WHERE } from './selected.ts';

const OWN = `{${WHERE}}`;

export const logLines = row(
  'Logs',
  [
    timeSeries({
      title: 'Log lines by severity',
      description: 'Lines in each interval of the graph.',
      queries: [counts(`sum by (severity_text) (count_over_time(${OWN} [$__auto]))`, '{{severity_text}}')],
      ...{ unit: 'short', stacked: true },
    }),
    logs({
      title: 'Warnings and errors',
      description: 'What the service complained about. A click on a line shows its attributes and its trace.',
      queries: [lines(`${OWN} | severity_text =~ "warn|error|fatal"`)],
    }),
  ],
  [
    logs({
      title: 'All log lines',
      description: 'Every line that the service logged, as on its standard output.',
      queries: [lines(OWN)],
      height: 10,
    }),
  ],
);
