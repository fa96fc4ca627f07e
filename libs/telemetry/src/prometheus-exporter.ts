import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { DataPointType, type CollectionResult, type MetricData } from '@opentelemetry/sdk-metrics';

const suffixes: Readonly<Record<string, string>> = { s: '.seconds', By: '.bytes' };

/**
 * The exporter, with the units in the names of metrics (`http_server_request_duration_seconds`), as OpenTelemetry's
 * specification of compatibility with Prometheus has them. Dashboards rely on these names.
 */
export class ConventionalExporter extends PrometheusExporter {
  override async collect(...options: Parameters<PrometheusExporter['collect']>): Promise<CollectionResult> {
    const { errors, resourceMetrics } = await super.collect(...options);
    const scopeMetrics = resourceMetrics.scopeMetrics.map(({ scope, metrics }) => ({
      scope,
      metrics: metrics.map(named),
    }));
    return { errors, resourceMetrics: { ...resourceMetrics, scopeMetrics } };
  }
}

function named<M extends MetricData>(metric: M): M {
  const { name } = metric.descriptor;
  const suffix = suffixOf(metric);
  return suffix === '' || name.endsWith(suffix)
    ? metric
    : { ...metric, descriptor: { ...metric.descriptor, name: name + suffix } };
}

function suffixOf({ descriptor: { unit }, dataPointType }: MetricData): string {
  if (unit === '1') return dataPointType === DataPointType.GAUGE ? '.ratio' : '';
  return suffixes[unit] ?? '';
}
