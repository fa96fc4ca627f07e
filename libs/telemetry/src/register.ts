/**
 * Starts telemetry. Load it before the service: `node --import @evenkeel/telemetry/register main.ts`.
 * It is configured by OpenTelemetry's own variables (OTEL_SERVICE_NAME, OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_SAMPLER …).
 */
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { ExpressInstrumentation } from '@opentelemetry/instrumentation-express';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { PinoInstrumentation } from '@opentelemetry/instrumentation-pino';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { AlwaysOffSampler, NoopSpanProcessor } from '@opentelemetry/sdk-trace';
import { register } from 'import-in-the-middle/register-hooks.mjs';
import { infoMetrics } from './info-metrics.ts';
import { setMetricsExporter, setTelemetryShutdown } from './process-telemetry.ts';

// Only what is instrumented passes the hook: wrapping every module would slow each start down.
register({ include: ['http', 'https', 'node:http', 'node:https', 'express', 'pg', 'pg-pool', 'ioredis', 'pino'] });

const hasCollector = Object.entries(process.env).some(
  ([name, value]) => /^OTEL_EXPORTER_OTLP_(\w+_)?ENDPOINT$/.test(name) && value !== '',
);

// Without a collector nothing is recorded or sent, but requests still carry trace ids that join the logs of all services.
const silent = { sampler: new AlwaysOffSampler(), spanProcessors: [new NoopSpanProcessor()], logRecordProcessors: [] };

const metricsExporter = new PrometheusExporter({ preventServerStart: true, metricProducers: [infoMetrics] });

const sdk = new NodeSDK({
  ...(hasCollector ? {} : silent),
  metricReaders: [metricsExporter],
  instrumentations: [
    new HttpInstrumentation(),
    new ExpressInstrumentation(),
    new UndiciInstrumentation(),
    new PgInstrumentation({ enhancedDatabaseReporting: false }),
    new IORedisInstrumentation({ dbStatementSerializer: (command) => command }),
    new PinoInstrumentation({ disableLogSending: !hasCollector }),
  ],
});

sdk.start();
setMetricsExporter(metricsExporter);
setTelemetryShutdown(() => sdk.shutdown());
