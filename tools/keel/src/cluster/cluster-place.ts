import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { KeelError } from '../failure.ts';
import { composeVariable } from '../stack/published-services.ts';
import { fingerprint } from '../state/json-file.ts';
import type { Workspace } from '../workspace.ts';

const CONFIG = join('infra', 'kind', 'cluster.yaml');
/** The registry's port on this machine, before PORT_OFFSET. macOS has 5000 for itself. */
const REGISTRY_PORT = 5001;
const REGISTRY_IMAGE = 'registry:2';

/** That of infra/k8s/overlays/dev. */
export const NAMESPACE = 'evenkeel-dev';

/** The cluster of a clone, and what it takes of this machine. */
export interface ClusterPlace {
  /** Of kind; the context of kubectl is `kind-` and this. */
  name: string;
  context: string;
  /** infra/kind/cluster.yaml, with its host ports moved by PORT_OFFSET. */
  config: string;
  /** On loopback of this machine. */
  hostPorts: number[];
  nodeImage: string;
  registry: { container: string; image: string; port: number };
}

/** Where the cluster of this clone is: one for each clone and PORT_OFFSET, since its ports are fixed once it is made. */
export async function clusterPlace(workspace: Workspace): Promise<ClusterPlace> {
  const { root, portOffset } = workspace;
  const name = nameOf(root) + (portOffset === 0 ? '' : `-${portOffset}`);
  const text = await readFile(join(root, CONFIG), 'utf8');
  const config = text.replace(/(?<=hostPort: )\d+/g, (port) => String(Number(port) + portOffset));
  const image = /image: (\S+)/.exec(config)?.[1];
  if (image === undefined) throw new KeelError(`${CONFIG} names no node image`);
  const variable = composeVariable(workspace);
  const mirrored = (own: string, given: string) => variable(own) ?? `${variable('REGISTRY') ?? ''}${given}`;
  return {
    name,
    context: `kind-${name}`,
    config,
    hostPorts: [...config.matchAll(/hostPort: (\d+)/g)].map(([, port]) => Number(port)),
    nodeImage: mirrored('KIND_NODE_IMAGE', image),
    registry: {
      container: `${name}-registry`,
      image: mirrored('REGISTRY_IMAGE', REGISTRY_IMAGE),
      port: REGISTRY_PORT + portOffset,
    },
  };
}

/** The folder's name for people, and its whole path as four digits: another clone may be in a folder of the same name. */
function nameOf(root: string): string {
  const words =
    basename(root)
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  return [...words, fingerprint(root).slice(0, 4)].join('-').slice(-40).replace(/^-/, '');
}
