/**
 * Starts telemetry. Load it before the service: `node --import @evenkeel/telemetry/register main.ts`.
 * It is configured by OpenTelemetry's own variables (OTEL_SERVICE_NAME, OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_SAMPLER …).
 */
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node';
import { envDetector, serviceInstanceIdDetector } from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { AlwaysOffSampler, NoopSpanProcessor } from '@opentelemetry/sdk-trace';
import { watchExports } from './export-outage.ts';
import { infoMetrics } from './info-metrics.ts';
import { createLogSender } from './log-record.ts';
import { observeProcess } from './process-metrics.ts';
import { setLogSender, setMetricsExporter, setTelemetryShutdown } from './process-telemetry.ts';
import { ConventionalExporter } from './prometheus-exporter.ts';

/** Whether the environment says where a signal is sent to. Without that, the SDK would send it to localhost. */
function isSent(signal: 'TRACES' | 'LOGS'): boolean {
  const { env } = process;
  const endpoint = env[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`] || env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  return Boolean(endpoint) && env[`OTEL_${signal}_EXPORTER`] !== 'none';
}

const metricsExporter = new ConventionalExporter({
  preventServerStart: true,
  metricProducers: [infoMetrics],
  withResourceConstantLabels: /^service\.name$/,
  withoutScopeInfo: true,
});

const sdk = new NodeSDK({
  resourceDetectors: [envDetector, serviceInstanceIdDetector],
  metricReaders: [metricsExporter],
  // Unsent, requests still carry trace ids that join the logs of all services.
  ...(isSent('TRACES') ? {} : { sampler: new AlwaysOffSampler(), spanProcessors: [new NoopSpanProcessor()] }),
  ...(isSent('LOGS') ? {} : { logRecordProcessors: [] }),
  // Requests, and calls of stores and of other services, are observed where all of them pass anyway.
  instrumentations: [new RuntimeNodeInstrumentation()],
});

watchExports();
sdk.start();
observeProcess();
setMetricsExporter(metricsExporter);
setTelemetryShutdown(() => sdk.shutdown());
if (isSent('LOGS')) setLogSender(createLogSender());
