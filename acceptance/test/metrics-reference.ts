import { markdownTable, type Row } from '@evenkeel/stack';

const HEAD = `# Metrics

What each service tells at \`/metrics\` of its admin port, as a running stack shows it. A test of \`keel up\` holds this page;
\`npx vitest run -u acceptance/test/telemetry.test.ts\` writes it anew.

The names are OpenTelemetry's, as its specification makes Prometheus' of them: dots become \`_\`, and the unit is at the end.
A histogram has the series \`_bucket\`, \`_sum\` and \`_count\`. Each series has the label \`service_name\` as well. Requests on the
admin port, probes and scrapes, are not counted as traffic. Rate limits show as status 429. Under the hot-restart runner there
is \`hot_restart_duration_seconds\`, too, and with a coverage report \`test_coverage_percent\`.
`;

/** A page with a table for each service, and one for what all of them have, from what they respond to a scrape. */
export function metricsReference(scrapes: ReadonlyMap<string, string>): string {
  const rows = new Map([...scrapes].map(([service, text]) => [service, rowsOf(text)]));
  const lists = [...rows.values()];
  const isShared = ([name]: Row) => lists.every((list) => list.some(([other]) => other === name));
  const shared = new Map(
    lists
      .flat()
      .filter(isShared)
      .map((row) => [row[0], row]),
  );
  for (const row of lists.flat().filter(isShared)) {
    const [name = '', type = '', labels = ''] = row;
    const all = new Set([...(shared.get(name)?.[2] ?? '').split(', '), ...labels.split(', ')].filter(Boolean));
    shared.set(name, [name, type, [...all].sort().join(', '), row[3] ?? '']);
  }
  const tables = [
    ['Every service', [...shared.values()]] as const,
    ...[...rows].map(([service, own]) => [service, own.filter((row) => !isShared(row))] as const),
  ];
  const titles = ['metric', 'type', 'labels', 'what it tells'];
  return `${HEAD}${tables.map(([title, list]) => `\n## ${title}\n\n${markdownTable(titles, list)}`).join('')}`;
}

/** What is there only at times, and is named above. */
const occasional = new Set(['hot_restart_duration_seconds', 'test_coverage_percent']);

/** Name, type, labels and description of each metric in a scrape, in Prometheus' text format. */
function rowsOf(scrape: string): Row[] {
  const families = [...scrape.matchAll(/^# HELP (\S+) (.*)\n(?:# UNIT .*\n)?# TYPE \S+ (\w+)\n((?:[^#\n].*\n?)*)/gm)];
  return families
    .filter(([, name = '']) => !occasional.has(name))
    .map(([, name = '', description = '', type = '', series = '']) => {
      const labels = new Set([...series.matchAll(/(\w+)="/g)].map(([, label = '']) => label));
      for (const everywhere of ['service_name', 'le']) labels.delete(everywhere);
      const named = [...labels].sort().map((label) => `\`${label}\``);
      return [`\`${name}\``, type, name === 'target_info' ? '' : named.join(', '), description];
    })
    .sort(([one = ''], [other = '']) => one.localeCompare(other));
}
