import { join } from 'node:path';
import { declaredStack } from '@evenkeel/stack';
import { afterAll, expect, it } from 'vitest';
import { root } from '../src/compose/copied-stack.ts';
import { openProject } from '../src/compose/project.ts';
import { freeSubnet, inspectImage } from '../src/engine/docker.ts';
import { hasEngine, needsEngine } from './engine.ts';

needsEngine();

const files = ['docker-compose.dev.yml', 'docker-compose.observability.yml'];
const project = openProject({
  ...{ folder: root, name: `evenkeel-observability-${process.pid}`, files },
  variables: hasEngine ? { SUBNET: await freeSubnet() } : {},
});
afterAll(() => (hasEngine ? project.remove() : undefined), 60_000);

interface ComposeFile {
  services: Record<string, { image?: string; environment?: Record<string, string> }>;
}
const { services } = hasEngine
  ? (JSON.parse((await project.compose(['config', '--format', 'json'])).stdout) as ComposeFile)
  : { services: {} };

const configuration = join(root, 'infra/observability');
const promtool = (command: string[], mounted = `${configuration}:/rules:ro,z`) => [
  '--volume',
  mounted,
  '--entrypoint',
  'promtool',
  'prometheus',
  ...command,
];
const checkConfig = ['check', 'config', '/etc/observability/prometheus.yaml'];
const validate = ['collector', 'validate', '--config=/etc/observability/collector.yaml'];
const vendor = ['-e', 'TRACES_ENDPOINT=https://vendor.example', '-e', 'TRACES_HEADERS={authorization: Bearer KEY}'];

/** Each in its container: with the files that this mounts, as its user, on a read-only root. */
it.for([
  { part: 'collector', what: 'its configuration', run: validate },
  { part: 'collector', what: "a vendor's endpoint and headers", run: [...vendor, ...validate] },
  { part: 'prometheus', what: 'its configuration', run: promtool(checkConfig) },
  {
    part: 'prometheus',
    what: 'its configuration with the targets of Kubernetes',
    run: promtool(checkConfig, `${configuration}/scrape/kubernetes.yaml:/etc/observability/scrape.yaml:ro,z`),
  },
  {
    part: 'prometheus',
    what: 'the alerts',
    run: promtool(['check', 'rules', '--lint=all', '--lint-fatal', '/etc/observability/alerts.yaml']),
  },
  { part: 'prometheus', what: 'the tests of the alerts', run: promtool(['test', 'rules', '/rules/alerts.test.yaml']) },
  {
    part: 'alertmanager',
    what: 'its configuration',
    run: ['--entrypoint', 'amtool', 'alertmanager', 'check-config', '/etc/observability/alertmanager.yaml'],
  },
  {
    part: 'blackbox',
    what: 'its configuration',
    run: ['blackbox', '--config.file=/etc/observability/blackbox.yaml', '--config.check'],
  },
  {
    part: 'loki',
    what: 'its configuration',
    run: ['loki', '-config.file=/etc/observability/loki.yaml', '-verify-config'],
  },
  {
    part: 'tempo',
    what: 'its configuration',
    run: ['tempo', '-config.file=/etc/observability/tempo.yaml', '-config.verify'],
  },
])('$part accepts $what', { timeout: 120_000 }, async ({ part, run }, { skip }) => {
  const image = services[part]?.image ?? '';
  await inspectImage(image).catch(() => skip(`${image} is not here and cannot be pulled`));
  await project.compose(['run', '--rm', '--no-deps', '-T', ...run]);
});

it('makes every service export to the collector', async () => {
  const endpoints = (await declaredStack(root)).services.map(
    ({ name }) => services[name]?.environment?.['OTEL_EXPORTER_OTLP_ENDPOINT'],
  );
  expect(new Set(endpoints)).toEqual(new Set(['http://collector:4318']));
});
