import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedLog, RecordedSpan } from '@evenkeel/testing';
import { copiedStack, root, type CopiedStack } from '../src/compose/copied-stack.ts';

/** The stack with what observes it, and with a recorder in the places of Tempo and Loki, whose images need not be there. */
export interface ObservedStack extends AsyncDisposable {
  readonly stack: CopiedStack;
  /** The series that Prometheus returns for a query. */
  query(promql: string): Promise<Series[]>;
  /** The alerts that Alertmanager has been sent and that have not ended. */
  alerts(): Promise<Labels[]>;
  spans(): Promise<RecordedSpan[]>;
  logs(): Promise<RecordedLog[]>;
}

export type Labels = Readonly<Record<string, string>>;

export interface Series {
  metric: Labels;
  /** When, in seconds since the epoch, and what. */
  value: [number, string];
}

/** Both ends of the collector's pipelines. It encodes what it sends in protobuf otherwise. */
const [TEMPO, LOKI] = [4318, 3100];
const RECORDER = `services:
  recorder:
    image: \${NODE_IMAGE:-\${REGISTRY:-}node:26-trixie-slim}
    command:
      - node
      - --eval
      - >-
        import('/recorder.ts').then(({ startOtlpRecorder }) =>
        [${TEMPO}, ${LOKI}].forEach((port) => startOtlpRecorder(port, '0.0.0.0')))
    volumes: ['./recorder.ts:/recorder.ts:ro,z']
    networks: { default: { aliases: [tempo, loki] } }
    ports: ['127.0.0.1::${TEMPO}', '127.0.0.1::${LOKI}']
    init: true
  collector:
    command:
      - --config=/etc/observability/collector.yaml
      - '--config=yaml:exporters::otlp_http/traces::encoding: json'
      - '--config=yaml:exporters::otlp_http/logs::encoding: json'
`;

export async function observedStack(purpose: string): Promise<ObservedStack> {
  const files = ['docker-compose.dev.yml', 'docker-compose.observability.yml', 'recorder.yml'];
  const stack = await copiedStack(purpose, files);
  const { folder, project } = stack;
  cpSync(join(root, 'tools/testing/src/otlp-recorder.ts'), join(folder, 'recorder.ts'));
  writeFileSync(join(folder, 'recorder.yml'), RECORDER);
  const { stdout } = await project.compose(['config', '--services']);
  const absent = ['tempo', 'loki', 'grafana', 'secrets'];
  const parts = stdout
    .trim()
    .split('\n')
    .filter((part) => !absent.includes(part));
  await project.compose(['up', '--build', '--wait', '--quiet-pull', ...parts]);

  const addressOf = async (part: string, port: number) =>
    `http://${(await project.compose(['port', part, String(port)])).stdout.trim()}`;
  const [prometheus, alertmanager, tempo, loki] = await Promise.all([
    addressOf('prometheus', 9090),
    addressOf('alertmanager', 9093),
    addressOf('recorder', TEMPO),
    addressOf('recorder', LOKI),
  ]);
  return {
    stack,
    async query(promql) {
      const response = await fetch(`${prometheus}/api/v1/query`, {
        method: 'POST',
        body: new URLSearchParams({ query: promql }),
      });
      const { data, error } = (await response.json()) as { data?: { result: Series[] }; error?: string };
      if (data === undefined) throw new Error(`${String(error)}: ${promql}`);
      return data.result;
    },
    async alerts() {
      const alerts = (await (await fetch(`${alertmanager}/api/v2/alerts`)).json()) as {
        labels: Labels;
        endsAt: string;
      }[];
      return alerts.filter(({ endsAt }) => Date.parse(endsAt) > Date.now()).map(({ labels }) => labels);
    },
    spans: async () => ((await (await fetch(tempo)).json()) as { spans: RecordedSpan[] }).spans,
    logs: async () => ((await (await fetch(loki)).json()) as { logs: RecordedLog[] }).logs,
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}
