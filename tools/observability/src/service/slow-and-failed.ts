import { row } from '../layout.ts';
import { toLogsOf } from '../links.ts';
import { table } from '../panels/table.ts';
import { traces } from '../query.ts';
import { SPANS } from './selected.ts';

export const slowAndFailed = row(
  'Slow and failed',
  [
    table({
      title: 'Slow requests',
      description: 'Traces in which this service took longer than chosen above. The name leads to the logs.',
      queries: [traces(`{ ${SPANS} && kind = server && duration > $slow }`)],
      links: { traceName: [toLogsOf('traceID')] },
    }),
    table({
      title: 'Failed requests',
      description: 'Traces in which this service responded with a 5xx status. The name leads to the logs.',
      queries: [traces(`{ ${SPANS} && kind = server && span.http.response.status_code >= 500 }`)],
      links: { traceName: [toLogsOf('traceID')] },
    }),
  ],
  [
    table({
      title: 'Slow statements',
      description: 'Statements and Redis commands that took longer than chosen above. The text leads to the logs.',
      queries: [
        traces(`{ ${SPANS} && span.db.query.text != nil && duration > $slow } | select(span.db.query.text)`, 'spans'),
      ],
      links: { 'db.query.text': [toLogsOf('traceIdHidden')] },
    }),
  ],
);
