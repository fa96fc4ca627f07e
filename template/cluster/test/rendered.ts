import { join } from 'node:path';
import { root } from '@evenkeel/containers';
import { parseAllDocuments } from 'yaml';
import { kubectl } from './cluster.ts';

type Labels = Record<string, string>;

interface Selector {
  matchLabels?: Labels;
  matchExpressions?: { key: string; operator: 'In'; values: string[] }[];
}

/** A manifest, as far as the tests read it. */
export interface Manifest {
  kind: string;
  metadata: { name: string };
  data?: Record<string, string>;
  spec?: {
    template?: { metadata: { labels: Labels }; spec: PodSpec };
    selector?: Labels | Selector;
    podSelector?: Selector;
  };
}

/** A Deployment or StatefulSet. */
export interface Workload {
  name: string;
  labels: Labels;
  pod: PodSpec;
}

interface PodSpec {
  automountServiceAccountToken?: boolean;
  containers: Container[];
  volumes?: { configMap?: { name: string; optional?: boolean }; secret?: { secretName: string } }[];
}

export interface Container {
  image: string;
  env?: { name: string; valueFrom?: object }[];
  envFrom?: { configMapRef?: { name: string }; secretRef?: object }[];
  resources?: { requests?: object; limits?: object };
  startupProbe?: object;
  readinessProbe?: object;
  livenessProbe?: object;
  securityContext?: { readOnlyRootFilesystem?: boolean };
}

export const overlay = (name: string) => join(root, 'infra', 'k8s', 'overlays', name);

/** What kustomize makes of a folder. */
export async function rendered(folder: string): Promise<Manifest[]> {
  const { stdout } = await kubectl(['kustomize', folder]);
  return parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
}

export function workloadOf({ kind, metadata: { name }, spec }: Manifest): Workload {
  if (spec?.template === undefined) throw new Error(`${kind} ${name} has no template`);
  return { name, labels: spec.template.metadata.labels, pod: spec.template.spec };
}

/** The selector of a Service is labels alone. */
export function selects(selector: Labels | Selector, labels: Labels): boolean {
  const { matchLabels, matchExpressions = [] } = selector as Selector;
  const wanted = matchLabels ?? (matchExpressions.length > 0 ? {} : (selector as Labels));
  const hasAll = Object.entries(wanted).every(([key, value]) => labels[key] === value);
  return hasAll && matchExpressions.every(({ key, values }) => values.includes(labels[key] ?? ''));
}
