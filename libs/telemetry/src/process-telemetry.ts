import type { IncomingMessage, ServerResponse } from 'node:http';
import { context, type Context } from '@opentelemetry/api';

interface MetricsExporter {
  getMetricsRequestHandler(request: IncomingMessage, response: ServerResponse): void;
}

// There is one telemetry a process, started by `--import` before anything could pass it on: hence state of the module.
let exporter: MetricsExporter | undefined;
let shutdown: () => Promise<void> = () => Promise.resolve();
let logSender: ((line: string, context: Context) => void) | undefined;
let outageListener: (reason: string | undefined) => void = () => undefined;
/** Of each exporter, how its export ended that was begun last. */
const latestExports = new Map<object, { begun: number; failed: boolean }>();

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

export function setLogSender(value: (line: string, context: Context) => void): void {
  logSender = value;
}

/** Sends a line of the log, as JSON, to where telemetry goes, if there is such a place. */
export function sendLogLine(line: string, of: Context = context.active()): void {
  logSender?.(line, of);
}

/** Calls `listener` when exports begin to fail, with the reason, and with `undefined` when all arrive again. */
export function onExportOutage(listener: (reason: string | undefined) => void): void {
  outageListener = listener;
}

/** @param begun when the export was begun: one that hung may fail after later ones have arrived */
export function setExportResult(by: object, begun: number, error: Error | undefined): void {
  if ((latestExports.get(by)?.begun ?? 0) > begun) return;
  const before = isFailing();
  latestExports.set(by, { begun, failed: error !== undefined });
  if (!before && error !== undefined) outageListener(error.message || error.name);
  if (before && !isFailing()) outageListener(undefined);
}

function isFailing(): boolean {
  return [...latestExports.values()].some(({ failed }) => failed);
}

/** Responds with all metrics of the process in Prometheus' text format; with none if telemetry is not loaded. */
export function metricsHandler(request: IncomingMessage, response: ServerResponse): void {
  if (exporter !== undefined) return exporter.getMetricsRequestHandler(request, response);
  response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end('# telemetry is not loaded\n');
}

/**
 * Sends what is buffered, within `limitMs` milliseconds, or nothing where exports fail anyway: a collector that is away or
 * hangs must not hold up an exit.
 */
export async function shutdownTelemetry(limitMs: number): Promise<void> {
  if (isFailing()) return;
  const limit = new Promise<void>((resolve) => setTimeout(resolve, limitMs).unref());
  await Promise.race([shutdown().catch(() => undefined), limit]);
}
