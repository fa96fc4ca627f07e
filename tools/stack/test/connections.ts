/** A rendered manifest. */
export interface Manifest {
  kind: string;
  metadata: { name: string; namespace?: string };
  spec: Record<string, unknown>;
  data?: Record<string, string>;
}
export type Labels = Record<string, string>;
interface Container {
  name: string;
  image: string;
  args?: string[];
  ports: { name: string; containerPort: number }[];
  volumeMounts: { name: string; mountPath: string; subPath?: string }[];
  resources: { limits: { memory: string } };
}
/** The template of one. */
export interface Pod {
  metadata: { labels: Labels };
  spec: {
    containers: [Container];
    initContainers?: Container[];
    volumes: { name: string; configMap?: { name: string } }[];
  };
}

interface Selector {
  matchLabels?: Labels;
  matchExpressions?: { key: string; values: string[] }[];
}
interface Peer {
  podSelector?: Selector;
  namespaceSelector?: Selector;
}
interface Policy {
  podSelector: Selector;
  ingress?: { ports?: { port: number | string }[]; from?: Peer[] }[];
  egress?: { ports?: { port: number | string }[]; to?: Peer[] }[];
}

export const podOf = ({ spec }: Manifest): Pod => spec['template'] as Pod;

export const portsOf = ({ spec }: Pod): Container['ports'] =>
  [...spec.containers, ...(spec.initContainers ?? [])].flatMap(({ ports }) => ports);

/** Which connections between pods the network policies allow: one must let it out, and one must let it in. */
export function connections(manifests: readonly Manifest[]) {
  const workloads = manifests.filter(({ kind }) => ['Deployment', 'StatefulSet'].includes(kind));
  const pods = new Map(workloads.map((each) => [each.metadata.name, podOf(each)]));
  const policies = manifests
    .filter(({ kind }) => kind === 'NetworkPolicy')
    .map(({ spec }) => spec as unknown as Policy);

  const selects = ({ matchLabels = {}, matchExpressions = [] }: Selector, name: string): boolean => {
    const labels = pods.get(name)?.metadata.labels ?? {};
    const hasLabels = Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
    // All of ours have the operator In.
    return hasLabels && matchExpressions.every(({ key, values }) => values.includes(labels[key] ?? ''));
  };
  const isPeer = ({ podSelector = {}, namespaceSelector }: Peer, name: string): boolean =>
    namespaceSelector === undefined && selects(podSelector, name);

  return {
    pods,
    between(from: string, to: string, port: number): boolean {
      const pod = pods.get(to);
      const names = pod ? portsOf(pod).filter(({ containerPort }) => containerPort === port) : [];
      const isPort = (ports: { port: number | string }[] | undefined): boolean =>
        ports?.some((each) => each.port === port || names.some(({ name }) => name === each.port)) ?? true;
      const of = (name: string) => policies.filter(({ podSelector }) => selects(podSelector, name));
      const out = of(from).flatMap(({ egress = [] }) => egress);
      const into = of(to).flatMap(({ ingress = [] }) => ingress);
      return (
        out.some((rule) => isPort(rule.ports) && (rule.to?.some((peer) => isPeer(peer, to)) ?? true)) &&
        into.some((rule) => isPort(rule.ports) && (rule.from?.some((peer) => isPeer(peer, from)) ?? true))
      );
    },
  };
}
