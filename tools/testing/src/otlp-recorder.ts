import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';

type Attributes = Readonly<Record<string, unknown>>;

export interface RecordedSpan {
  service: string;
  traceId: string;
  spanId: string;
  /** None, or empty, for the first span of a trace. */
  parentSpanId?: string;
  name: string;
  /** 2 server, 3 client. */
  kind: number;
  /** Nanoseconds since the epoch, in decimal. */
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: Attributes;
  /** 2 is an error. */
  status: { code?: number };
  events: readonly { name: string; attributes: Attributes }[];
}

export interface RecordedLog {
  service: string;
  traceId?: string;
  spanId?: string;
  severityText: string;
  body: unknown;
  attributes: Attributes;
}

/** Stands where a collector, or what it sends to, would: takes OTLP as JSON over HTTP, and keeps spans and log records. */
export interface OtlpRecorder extends AsyncDisposable {
  port: number;
  /** The variables that make a process send to it, soon. */
  env: Record<string, string>;
  spans: RecordedSpan[];
  logs: RecordedLog[];
  /** What becomes of each request: it is received, refused with this status, or never answered. */
  behaviour: 'receive' | 'hang' | 500;
}

export async function startOtlpRecorder(port = 0, host = '127.0.0.1'): Promise<OtlpRecorder> {
  const [spans, logs]: [RecordedSpan[], RecordedLog[]] = [[], []];
  const server = createServer((request, response) => {
    const isPacked = request.headers['content-encoding'] === 'gzip';
    void text(isPacked ? request.pipe(createGunzip()) : request)
      .then((body) => {
        if (recorder.behaviour === 'hang') return;
        if (recorder.behaviour === 500) return response.writeHead(500).end();
        if (request.url?.endsWith('/v1/traces') === true) spans.push(...spansOf(body));
        if (request.url?.endsWith('/v1/logs') === true) logs.push(...logsOf(body));
        const recorded = request.method === 'GET' ? { spans, logs } : {};
        return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(recorded));
      })
      .catch((error: unknown) => response.writeHead(400).end(String(error)));
  }).listen(port, host);
  await once(server, 'listening');
  const address = server.address() as AddressInfo;

  const recorder: OtlpRecorder = {
    port: address.port,
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${address.port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '100',
      OTEL_BLRP_SCHEDULE_DELAY: '100',
    },
    spans,
    logs,
    behaviour: 'receive',
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return recorder;
}

interface Attributed {
  attributes: readonly { key: string; value: Value }[];
}

type Value = Readonly<Record<string, unknown>>;

type Span = Attributed & Omit<RecordedSpan, 'attributes' | 'events'> & { events?: (Attributed & { name: string })[] };
type Log = Attributed & Omit<RecordedLog, 'attributes' | 'body'> & { body?: Value };

/** From an ExportTraceServiceRequest of the OpenTelemetry protocol. */
function spansOf(body: string): RecordedSpan[] {
  const { resourceSpans } = JSON.parse(body) as {
    resourceSpans: { resource: Attributed; scopeSpans: { spans: Span[] }[] }[];
  };
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap((scope) =>
      scope.spans.map((span) => ({
        ...span,
        service: serviceOf(resource),
        attributes: attributesOf(span),
        events: (span.events ?? []).map((event) => ({ ...event, attributes: attributesOf(event) })),
      })),
    ),
  );
}

/** From an ExportLogsServiceRequest. */
function logsOf(body: string): RecordedLog[] {
  const { resourceLogs } = JSON.parse(body) as {
    resourceLogs: { resource: Attributed; scopeLogs: { logRecords: Log[] }[] }[];
  };
  return resourceLogs.flatMap(({ resource, scopeLogs }) =>
    scopeLogs.flatMap((scope) =>
      scope.logRecords.map((log) => ({
        ...log,
        service: serviceOf(resource),
        body: log.body === undefined ? undefined : plain(log.body),
        attributes: attributesOf(log),
      })),
    ),
  );
}

function serviceOf(resource: Attributed): string {
  return String(attributesOf(resource)['service.name']);
}

function attributesOf({ attributes }: Attributed): Attributes {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plain(value)]));
}

function plain(value: Value): unknown {
  const [kind, content] = Object.entries(value)[0] ?? [];
  if (kind === 'intValue') return Number(content);
  if (kind === 'kvlistValue') return Object.fromEntries(pairsOf(content).map(({ key, value: of }) => [key, plain(of)]));
  if (kind === 'arrayValue') return (content as { values?: Value[] }).values?.map(plain) ?? [];
  return content;
}

function pairsOf(content: unknown): readonly { key: string; value: Value }[] {
  return (content as { values?: { key: string; value: Value }[] }).values ?? [];
}
