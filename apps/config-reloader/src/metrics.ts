import { unreachableReasons, type UnreachableReason } from './service-process.ts';

const outcomes = ['applied', 'refused', 'unknown', 'failed'] as const;
/** What became of a change: `failed` when the service could not be signalled. */
export type Outcome = (typeof outcomes)[number];

export interface Metrics {
  count(service: string, outcome: Outcome): void;
  /** Why the service cannot be signalled at the moment; undefined when it can. */
  reach(service: string, reason: UnreachableReason | undefined): void;
  frozen(service: string, paths: number): void;
  /** In Prometheus' text format. */
  text(): string;
}

/** A handful of series for each service: too few for an SDK. */
export function createMetrics(services: readonly string[]): Metrics {
  const counts = new Map<string, number>();
  const last = new Map<string, Outcome>();
  const unreachable = new Map<string, UnreachableReason | undefined>();
  const frozen = new Map<string, number>();
  const key = (service: string, outcome: Outcome) => `${service} ${outcome}`;
  return {
    count(service, outcome) {
      counts.set(key(service, outcome), (counts.get(key(service, outcome)) ?? 0) + 1);
      last.set(service, outcome);
    },
    reach: (service, reason) => void unreachable.set(service, reason),
    frozen: (service, paths) => void frozen.set(service, paths),
    text() {
      const each = (lines: (service: string) => string[]) => services.flatMap(lines);
      return [
        '# HELP config_reloader_reloads_total Changes of the configuration by what became of them',
        '# TYPE config_reloader_reloads_total counter',
        ...each((service) =>
          outcomes.map((outcome) =>
            line('reloads_total', { service, outcome }, counts.get(key(service, outcome)) ?? 0),
          ),
        ),
        '# HELP config_reloader_last_outcome_success 1 if the last change was applied',
        '# TYPE config_reloader_last_outcome_success gauge',
        ...each((service) =>
          last.has(service) ? [line('last_outcome_success', { service }, Number(last.get(service) === 'applied'))] : [],
        ),
        '# HELP config_reloader_unreachable 1 for the reason why a service cannot be signalled',
        '# TYPE config_reloader_unreachable gauge',
        ...each((service) =>
          unreachableReasons.map((reason) =>
            line('unreachable', { service, reason }, Number(unreachable.get(service) === reason)),
          ),
        ),
        '# HELP config_reloader_frozen_paths Watched paths that are mounted in a way that hides changes',
        '# TYPE config_reloader_frozen_paths gauge',
        ...each((service) => [line('frozen_paths', { service }, frozen.get(service) ?? 0)]),
        '',
      ].join('\n');
    },
  };
}

function line(name: string, labels: Record<string, string>, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
  return `config_reloader_${name}{${pairs.join(',')}} ${String(value)}`;
}
