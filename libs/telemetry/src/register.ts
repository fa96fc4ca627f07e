/**
 * Starts telemetry. Load it before the service: `node --import @evenkeel/telemetry/register main.ts`.
 * It is configured by OpenTelemetry's own variables (OTEL_SERVICE_NAME, OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_SAMPLER …).
 */
import { context, metrics, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node';
import { defaultResource, detectResources, envDetector, serviceInstanceIdDetector } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { infoMetrics } from './info-metrics.ts';
import { observeProcess } from './process-metrics.ts';
import { setMetricsExporter } from './process-telemetry.ts';
import { ConventionalExporter } from './prometheus-exporter.ts';
import { identityTracerProvider } from './trace-identity.ts';

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

const detected = detectResources({ detectors: [envDetector, serviceInstanceIdDetector] });
const resource = defaultResource().merge(detected);
const meterProvider = new MeterProvider({ resource, readers: [metricsExporter] });
metrics.setGlobalMeterProvider(meterProvider);
// Requests, and calls of stores and of other services, are observed where all of them pass anyway.
new RuntimeNodeInstrumentation().setMeterProvider(meterProvider);
observeProcess();
setMetricsExporter(metricsExporter);

const sent = { traces: isSent('TRACES'), logs: isSent('LOGS') };
if (sent.traces || sent.logs) {
  const { startSending } = await import('./sending.ts');
  startSending(resource, sent);
} else {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
}
if (!sent.traces) trace.setGlobalTracerProvider(identityTracerProvider);
