import { entryServices } from '../stack.ts';
import type { Backing, Service, Stack } from '../stack.ts';
import { environmentDifferences } from './environment.ts';
import type { Mistake } from '../problem.ts';
import type { View } from '../read/view.ts';

type Differences = (stack: Stack, file: View) => Mistake[];

const k8s = 'infra/k8s';
/** Of the node that kind publishes. */
const nodePort = '30080';

/** The manifests that repeat services.yaml, and the cluster's file; each with what finds its differences. */
export function manifests(stack: Stack): [string, Differences][] {
  const lists = (prefix: string, suffix: string) => (stack: Stack, file: View) =>
    listDifferences(stack, file.get('resources'), prefix, suffix);
  return [
    [`${k8s}/overlays/dev/kustomization.yaml`, lists('../../services/', '')],
    [`${k8s}/overlays/prod/kustomization.yaml`, lists('../../services/', '')],
    [`${k8s}/components/autoscaling/kustomization.yaml`, lists('', '.yaml')],
    [`${k8s}/overlays/dev/entrance.yaml`, entranceDifferences],
    ['infra/kind/cluster.yaml', clusterDifferences],
    ...stack.services.flatMap((service): [string, Differences][] => [
      [`${k8s}/services/${service.name}/kustomization.yaml`, (stack, file) => serviceDifferences(stack, service, file)],
      [
        `${k8s}/components/autoscaling/${service.name}.yaml`,
        (_, file) => [
          ...differs(file.get('metadata').get('name'), service.name),
          ...differs(file.get('spec').get('scaleTargetRef').get('name'), service.name),
        ],
      ],
    ]),
    ...stack.backing.flatMap((store): [string, Differences][] => {
      const folder = `${k8s}/components/stores/${store.name}`;
      return [
        [`${folder}/service.yaml`, (_, file) => differs(at(file, 'spec.ports.0.port'), store.port)],
        [`${folder}/stateful-set.yaml`, (_, file) => storeDifferences(store, file)],
      ];
    }),
  ];
}

/** The list has an entry for each service, and for nothing that looks like one and is not declared. */
function listDifferences({ services }: Stack, list: View, prefix: string, suffix: string): Mistake[] {
  const listed = list.items().map((item) => ({ entry: item.text() ?? '', line: item.line }));
  const expected = services.map(({ name }) => prefix + name + suffix);
  return [
    ...expected
      .filter((entry) => !listed.some((each) => each.entry === entry))
      .map((entry) => ({ line: list.lineOfKey, message: `${entry} is missing` })),
    ...listed
      .filter(
        ({ entry }) => entry.startsWith(prefix) && !expected.includes(entry) && !(prefix === '' && entry.includes('/')),
      )
      .map(({ entry, line }) => ({ line, message: `${entry} is of no service in services.yaml` })),
  ];
}

/** The ConfigMap that names a service has its name and its environment. */
function serviceDifferences(stack: Stack, service: Service, file: View): Mistake[] {
  const environment = at(file, 'configMapGenerator.0');
  return [
    ...differs(environment.get('name'), service.name),
    ...environmentDifferences(stack, service, environment.get('literals')),
  ];
}

function storeDifferences({ name, image, port }: Backing, file: View): Mistake[] {
  const container = at(file, 'spec.template.spec.containers.0');
  return [
    ...differs(file.get('metadata').get('name'), name),
    ...differs(container.get('image'), image),
    ...differs(at(container, 'ports.0.containerPort'), port),
  ];
}

function entranceDifferences(stack: Stack, file: View): Mistake[] {
  const port = at(file, 'spec.ports.0');
  const entry = entryOf(stack);
  return [
    ...differs(at(file, 'spec.selector').get('app.kubernetes.io/name'), entry.name),
    ...differs(port.get('port'), entry.port),
    ...differs(port.get('nodePort'), nodePort),
  ];
}

function clusterDifferences(stack: Stack, file: View): Mistake[] {
  const mapping = at(file, 'nodes.0.extraPortMappings.0');
  return [
    ...differs(mapping.get('hostPort'), entryOf(stack).port),
    ...differs(mapping.get('containerPort'), nodePort),
    ...differs(mapping.get('listenAddress'), '127.0.0.1'),
  ];
}

function entryOf(stack: Stack): Service {
  const [name] = entryServices(stack);
  const entry = stack.services.find((service) => service.name === name);
  if (entry === undefined) throw new RangeError('the stack has no service that nothing else calls');
  return entry;
}

function at(view: View, path: string): View {
  return path.split('.').reduce((found, key) => found.get(key), view);
}

function differs(found: View, expected: string | number): Mistake[] {
  const text = found.text();
  if (text === String(expected)) return [];
  return [
    { line: found.line, message: text === undefined ? `${expected} is missing` : `says ${text}, not ${expected}` },
  ];
}
