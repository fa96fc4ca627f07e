import type { IncomingMessage, ServerResponse } from 'node:http';

interface MetricsExporter {
  getMetricsRequestHandler(request: IncomingMessage, response: ServerResponse): void;
}

// There is one telemetry a process, started by `--import` before anything could pass it on: hence state of the module.
let exporter: MetricsExporter | undefined;
let shutdown: () => Promise<void> = () => Promise.resolve();

/** A metric that is always 1 and tells by its attributes what is the case at the moment. */
export interface InfoMetric {
  name: string;
  description: string;
  attributes: () => Record<string, string>;
}

const infoMetrics: InfoMetric[] = [];

/**
 * Adds an info metric. The SDK's gauges are of no use for these: they export what they ever observed, so that each value
 * of an attribute would stay as a series.
 */
export function observeInfo(metric: InfoMetric): void {
  infoMetrics.push(metric);
}

export function observedInfo(): readonly InfoMetric[] {
  return infoMetrics;
}

export function setMetricsExporter(value: MetricsExporter): void {
  exporter = value;
}

export function setTelemetryShutdown(value: () => Promise<void>): void {
  shutdown = value;
}

/** Responds with all metrics of the process in Prometheus' text format; with none if telemetry is not loaded. */
export function metricsHandler(request: IncomingMessage, response: ServerResponse): void {
  if (exporter !== undefined) return exporter.getMetricsRequestHandler(request, response);
  response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end('# telemetry is not loaded\n');
}

/** Sends what is buffered, within `limitMs` milliseconds: a collector that hangs must not hold up an exit. */
export async function shutdownTelemetry(limitMs: number): Promise<void> {
  const limit = new Promise<void>((resolve) => setTimeout(resolve, limitMs).unref());
  await Promise.race([shutdown().catch(() => undefined), limit]);
}
