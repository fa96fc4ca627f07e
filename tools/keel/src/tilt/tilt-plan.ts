import {
  ADMIN_EMAIL,
  entryServices,
  planRestart,
  type PackageGraph,
  type PublishedVariable,
  type Service,
  type Stack,
} from '@evenkeel/stack';
import { NAMESPACE } from '../cluster/cluster-place.ts';
import { readyFileOf } from '../serve/serve-stores.ts';
import { publishedPorts, publishedServices } from '../stack/published-services.ts';
import type { Runtime } from './runtimes.ts';
import { imageOf, type ServiceImage } from './service-image.ts';

/** What the Tiltfile carries out, so that nothing has to be decided there. A link is an address and its text. */
export interface TiltPlan {
  runtime: Runtime;
  stores: { name: string; ready_file: string }[];
  services: {
    name: string;
    admin_port: number;
    /** What must be ready before its first start. */
    starts_after: string[];
    links: [url: string, text: string][];
    /** On a cluster: what Tilt forwards to the pod, for operators and the debugger, and what its image is built from. */
    pod?: { forwards: [port: number, container: number][]; image: ServiceImage };
  }[];
  /** Programs beside the services. On a cluster, with what their image is built from. */
  sidecars: { name: string; image: string; built_from: string[] }[];
  /** The pages of the observability stack, if it was asked for, each with what Tilt forwards to it on a cluster. */
  observability: { name: string; links: [url: string, text: string][]; forward: [port: number, container: number] }[];
  /** The command that asks the running stack for all that its API promises. */
  acceptance: string[];
  checks: { port: number };
  /** The resources that were asked for, with what they depend on; empty: all. */
  enabled: string[];
  /** What Compose publishes, as variables of docker-compose.dev.yml. */
  environment: Record<string, string>;
  /** Where the stack goes, the name of the cluster being that in kubectl's configuration, and what image builds get. */
  cluster?: { context: string; namespace: string; build_args: Record<string, string>; npmrc: string };
}

/**
 * Decides what Tilt is to run.
 *
 * @param stack with its ports moved by PORT_OFFSET
 * @param around.variable reads a variable as Compose would
 * @throws UnknownServiceError when one of `names` is neither a service nor a store
 */
export function tiltPlan(
  stack: Stack,
  runtime: Runtime,
  names: readonly string[],
  around: {
    stateDir: string;
    variable: (name: string) => string | undefined;
    observability?: boolean;
    /** For k8s: the name of the cluster in kubectl's configuration. */
    cluster?: { context: string; packages: PackageGraph; portOffset: number };
  },
): TiltPlan {
  const { cluster, variable } = around;
  const ports = runtime === 'compose' ? publishedPorts(stack, variable) : [];
  const published = publishedServices(stack, ports);
  const entry = published.find(({ name }) => name === entryServices(stack)[0]) ?? published[0];
  const enabled = withDependencies(stack, names);
  const turns = turnsOf(stack, enabled);
  return {
    runtime,
    stores: stack.backing.map(({ name }) => ({ name, ready_file: readyFileOf(around.stateDir, name) })),
    services: published.map((service) => ({
      name: service.name,
      admin_port: service.adminPort,
      starts_after: [...service.dependsOn, ...(turns.get(service.name) ?? [])],
      links: linksOf(service),
      ...(cluster && { pod: podOf(service, cluster) }),
    })),
    sidecars: stack.sidecars.map(({ name, image }) => ({
      name,
      image,
      built_from: sourcesOf(name, cluster?.packages),
    })),
    observability: around.observability ? pagesOf(stack, ports, cluster?.portOffset ?? 0) : [],
    acceptance: acceptanceOf(stack, runtime, `http://127.0.0.1:${entry?.port}`, cluster?.context),
    checks: stack.checks,
    enabled,
    environment: Object.fromEntries(ports.map((each) => [each.variable, String(each.port)])),
    ...(cluster && { cluster: { context: cluster.context, namespace: NAMESPACE, ...buildSettings(variable) } }),
  };
}

function podOf({ name, adminPort, debugPort }: Service, cluster: { packages: PackageGraph; portOffset: number }) {
  const forward = (port: number): [number, number] => [port, port - cluster.portOffset];
  return { forwards: [adminPort, debugPort].map(forward), image: imageOf(name, cluster.packages) };
}

function pagesOf(stack: Stack, published: readonly PublishedVariable[], offset: number): TiltPlan['observability'] {
  return stack.observability.map(({ name, port: declared }) => {
    const port = published.find(({ service }) => service === name)?.port ?? declared;
    return { name, links: [[`http://127.0.0.1:${port}/`, 'page']], forward: [port, declared - offset] };
  });
}

function sourcesOf(sidecar: string, packages: PackageGraph | undefined): string[] {
  if (packages === undefined) return [];
  const { sync, rebuild } = imageOf(sidecar, packages);
  // It runs compiled.
  return [...sync, ...rebuild, 'tsconfig.base.json', 'tsconfig.build.base.json'];
}

/** The arguments of the Dockerfile that Compose passes on as well. */
function buildSettings(variable: (name: string) => string | undefined) {
  const names = ['REGISTRY', 'NODE_IMAGE', 'NPM_CONFIG_REGISTRY'];
  const set = names.flatMap((name): [string, string][] => [[name, variable(name) ?? '']]).filter(([, value]) => value);
  return { build_args: Object.fromEntries(set), npmrc: variable('NPMRC_FILE') ?? 'infra/docker/npmrc' };
}

/** In containers the administrator's password is in one of them. */
function acceptanceOf(stack: Stack, runtime: Runtime, baseUrl: string, context = ''): string[] {
  const command = ['./keel', 'acceptance', '--base-url', baseUrl];
  const holder = stack.services.find(({ secrets }) => secrets.includes('admin_password'));
  if (runtime === 'local' || holder === undefined) return command;
  const exec = {
    compose: `docker compose -f docker-compose.dev.yml exec -T ${holder.name}`,
    k8s: `kubectl --context ${context} -n ${NAMESPACE} exec deploy/${holder.name} --`,
  }[runtime];
  const password = `$(${exec} cat /run/secrets/admin_password)`;
  const script = `ACCEPTANCE_ADMIN_PASSWORD=${password} ACCEPTANCE_ADMIN_EMAIL=\${ADMIN_EMAIL:-${ADMIN_EMAIL}} exec "$@"`;
  return ['sh', '-ec', script, 'sh', ...command];
}

/** Three at the most, in a few letters each: Tilt cuts the rest. */
function linksOf({ adminPort }: Service): [string, string][] {
  const admin = `http://127.0.0.1:${adminPort}`;
  return [
    [`${admin}/docs`, 'API'],
    [`${admin}/healthz`, 'health'],
    [`${admin}/metrics`, 'metrics'],
  ];
}

/**
 * What a serial service waits for besides its dependencies: the serial one before it in the plan. (Tilt's `allow_parallel`
 * does nothing for a resource that only serves.)
 */
function turnsOf(stack: Stack, enabled: readonly string[]): Map<string, string[]> {
  const running = stack.services.filter(({ name }) => enabled.length === 0 || enabled.includes(name));
  const { waves } = planRestart(
    stack,
    running.map(({ name }) => name),
  );
  const inOrder = waves.flatMap(({ steps }) => steps.flatMap(({ services }) => services));
  const isSerial = (name: string) => running.some((each) => each.name === name && each.restartPolicy === 'serial');
  const serial = inOrder.filter(isSerial);
  return new Map(serial.slice(1).map((name, index) => [name, serial.slice(index, index + 1)]));
}

function withDependencies(stack: Stack, names: readonly string[]): string[] {
  const stores = stack.backing.map(({ name }) => name);
  planRestart(
    stack,
    names.filter((name) => !stores.includes(name)),
  );
  const found = new Set<string>();
  const visit = (name: string) => {
    if (found.has(name)) return;
    found.add(name);
    stack.services.find((service) => service.name === name)?.dependsOn.forEach(visit);
  };
  names.forEach(visit);
  return [...found];
}
