import type { Resource } from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { watchExports } from './export-outage.ts';
import { createLogSender } from './log-record.ts';
import { setLogSender, setTelemetryShutdown } from './process-telemetry.ts';

/**
 * Sends traces, logs or both by OTLP, as OpenTelemetry's variables have it. Loaded only where one of them is sent: the SDK
 * has all exporters with it, tens of megabytes in memory.
 */
export function startSending(resource: Resource, sent: { traces: boolean; logs: boolean }): void {
  const sdk = new NodeSDK({
    resource,
    autoDetectResources: false,
    metricReaders: [],
    ...(sent.traces ? {} : { spanProcessors: [] }),
    ...(sent.logs ? {} : { logRecordProcessors: [] }),
  });
  watchExports();
  sdk.start();
  setTelemetryShutdown(() => sdk.shutdown());
  if (sent.logs) setLogSender(createLogSender());
}
