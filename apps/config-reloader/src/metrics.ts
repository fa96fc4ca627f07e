const help = {
  reloads_total: ['counter', 'Changes of the configuration, by what became of them'],
  last_outcome_success: ['gauge', '1 if the last change was applied'],
  unreachable: ['gauge', '1 for the reason why the service cannot be signalled'],
  frozen_paths: ['gauge', 'Watched paths that are mounted so that changes cannot be seen'],
};
type Name = keyof typeof help;
type Labels = { service: string; outcome?: string; reason?: string };

export interface Metrics {
  add(name: Name, labels: Labels): void;
  set(name: Name, labels: Labels, value: number): void;
  /** In Prometheus' text format. */
  text(): string;
}

/** A handful of series: too few for an SDK. */
export function createMetrics(): Metrics {
  const series = new Map<Name, Map<string, number>>(Object.keys(help).map((name) => [name as Name, new Map()]));
  const key = (labels: Labels) =>
    Object.entries(labels)
      .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
      .join(',');
  return {
    add: (name, labels) => void series.get(name)?.set(key(labels), (series.get(name)?.get(key(labels)) ?? 0) + 1),
    set: (name, labels, value) => void series.get(name)?.set(key(labels), value),
    text: () =>
      [...series]
        .flatMap(([name, values]) => {
          const [type, text] = help[name];
          const full = `config_reloader_${name}`;
          const lines = [...values].map(([labels, value]) => `${full}{${labels}} ${String(value)}\n`);
          return [`# HELP ${full} ${text}\n# TYPE ${full} ${type}\n`, ...lines];
        })
        .join(''),
  };
}
