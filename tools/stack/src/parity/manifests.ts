import { entryServices } from '../stack.ts';
import type { Backing, Service, Sidecar, Stack } from '../stack.ts';
import { urlVariable } from '../wiring/connections.ts';
import { environmentDifferences } from './environment.ts';
import type { Mistake } from '../problem.ts';
import type { View } from '../read/view.ts';

type Differences = (stack: Stack, file: View) => Mistake[];

const k8s = 'infra/k8s';
/** With a folder for each service. */
export const serviceManifests = `${k8s}/services/`;
/** Of the gateway on a node, which kind publishes. */
const nodePort = 30_080;

/** The manifests that repeat services.yaml and the file of the kind cluster, each with what finds its differences. */
export function manifests({ services, backing, sidecars }: Stack): [string, Differences][] {
  return [
    [`${k8s}/components/entrance/service.yaml`, entranceDifferences],
    ['infra/kind/cluster.yaml', clusterDifferences],
    ...services.flatMap((service): [string, Differences][] => [
      [
        `${serviceManifests}${service.name}/kustomization.yaml`,
        (stack, file) => serviceDifferences(stack, service, file),
      ],
    ]),
    ...sidecars.map((sidecar): [string, Differences] => [
      `${k8s}/components/${sidecar.name}/container.yaml`,
      (_, file) => sidecarDifferences(sidecar, file),
    ]),
    ...backing.flatMap((store): [string, Differences][] => {
      const folder = `${k8s}/components/stores/${store.name}`;
      return [
        [`${folder}/service.yaml`, (_, file) => differs(at(file, 'spec.ports.0.port'), store.port)],
        [`${folder}/stateful-set.yaml`, (_, file) => storeDifferences(store, file)],
      ];
    }),
  ];
}

/** The ConfigMap of a service, which all else of it is named after, is its environment, besides the addresses of the others. */
function serviceDifferences(stack: Stack, service: Service, file: View): Mistake[] {
  const configMap = at(file, 'configMapGenerator.0');
  const addresses = stack.services.map(({ name }) => urlVariable(name));
  return [
    ...differs(configMap.get('name'), service.name),
    ...environmentDifferences(stack, service, configMap.get('literals'), addresses),
  ];
}

function storeDifferences({ image, port }: Backing, file: View): Mistake[] {
  const container = at(file, 'spec.template.spec.containers.0');
  return [...differs(container.get('image'), image), ...differs(at(container, 'ports.0.containerPort'), port)];
}

function sidecarDifferences({ name, image, metricsPort }: Sidecar, file: View): Mistake[] {
  const container = at(file, 'spec.template.spec.initContainers.0');
  return [
    ...differs(container.get('name'), name),
    ...differs(container.get('image'), image),
    ...differs(at(container, 'ports.0.containerPort'), metricsPort),
  ];
}

function entranceDifferences(stack: Stack, file: View): Mistake[] {
  const selected = at(file, 'spec.selector').get('app.kubernetes.io/name');
  const port = at(file, 'spec.ports.0');
  return entries(stack).flatMap((entry) => [
    ...differs(selected, entry.name),
    ...differs(port.get('port'), entry.port),
    ...differs(port.get('nodePort'), nodePort),
  ]);
}

function clusterDifferences(stack: Stack, file: View): Mistake[] {
  const mapping = at(file, 'nodes.0.extraPortMappings.0');
  return entries(stack).flatMap((entry) => [
    ...differs(mapping.get('hostPort'), entry.port),
    ...differs(mapping.get('containerPort'), nodePort),
    ...differs(mapping.get('listenAddress'), '127.0.0.1'),
  ]);
}

/** The gateway; empty in a stack without one. */
function entries(stack: Stack): Service[] {
  const [name] = entryServices(stack);
  return stack.services.filter((service) => service.name === name);
}

function at(view: View, path: string): View {
  return path.split('.').reduce((found, key) => found.get(key), view);
}

function differs(found: View, expected: string | number): Mistake[] {
  const text = found.text();
  if (text === String(expected)) return [];
  const message = text === undefined ? `${expected} is missing` : `is ${text}, services.yaml says ${expected}`;
  return [{ line: found.line, message }];
}
