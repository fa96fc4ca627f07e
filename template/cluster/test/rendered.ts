import { join } from 'node:path';
import { root } from '@evenkeel/containers';
import { parseAllDocuments } from 'yaml';
import { kubectl } from './cluster.ts';

/** A manifest, as far as these tests read it. */
export interface Manifest {
  kind: string;
  metadata: { name: string; namespace?: string };
  data?: Record<string, string>;
  spec?: {
    template?: { metadata: { labels: Labels }; spec: PodSpec };
    selector?: Labels | Selector;
    podSelector?: Selector;
    ports?: { targetPort?: number | string }[];
    scaleTargetRef?: { kind: string; name: string };
    minReplicas?: number;
    replicas?: number;
  };
}

export type Labels = Record<string, string>;

export interface Selector {
  matchLabels?: Labels;
  matchExpressions?: { key: string; operator: 'In'; values: string[] }[];
}

export interface PodSpec {
  serviceAccountName?: string;
  automountServiceAccountToken?: boolean;
  terminationGracePeriodSeconds?: number;
  topologySpreadConstraints?: unknown[];
  securityContext?: { runAsUser?: number };
  containers: Container[];
  volumes?: {
    name: string;
    configMap?: { name: string; optional?: boolean };
    secret?: { secretName: string };
  }[];
}

export interface Container {
  name: string;
  image: string;
  ports?: { name: string; containerPort: number }[];
  env?: { name: string; value?: string; valueFrom?: unknown }[];
  envFrom?: { configMapRef?: { name: string }; secretRef?: object }[];
  resources?: { requests?: object; limits?: object };
  startupProbe?: object;
  readinessProbe?: object;
  livenessProbe?: object;
  securityContext?: { readOnlyRootFilesystem?: boolean };
}

/** What kustomize makes of an overlay. */
export async function rendered(folder: string): Promise<Manifest[]> {
  const { stdout } = await kubectl(['kustomize', folder]);
  return parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
}

export const overlay = (name: string) => join(root, 'infra', 'k8s', 'overlays', name);
