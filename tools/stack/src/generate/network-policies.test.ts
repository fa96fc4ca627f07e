import { parseAllDocuments } from 'yaml';
import { expect, test } from 'vitest';
import { stack } from '../../test/parity-stack.ts';
import { networkPolicies } from './network-policies.ts';

interface Policy {
  metadata: { name: string };
  spec: {
    podSelector: { matchLabels?: Record<string, string> };
    policyTypes?: string[];
    ingress?: Rule[];
    egress?: Rule[];
  };
}

interface Rule {
  ports: { port: number }[];
  from?: Peer[];
  to?: Peer[];
}

interface Peer {
  podSelector: { matchLabels: Record<string, string> };
}

const policies = parseAllDocuments(networkPolicies(stack)).map((document) => document.toJS() as Policy);
const spec = (name: string) => policies.find(({ metadata }) => metadata.name === name)?.spec;
/** `name:port` for each peer; `anywhere:port` for a rule without any. */
function allowed(rules: Rule[] = []): string[] {
  return rules.flatMap(({ ports, from, to }) =>
    ports.flatMap(({ port }) =>
      (from ?? to ?? [undefined]).map((peer) => {
        const labels = Object.values(peer?.podSelector.matchLabels ?? { none: 'anywhere' });
        return `${labels.join()}:${port}`;
      }),
    ),
  );
}

test('nothing is allowed in the namespace but what other policies allow', () => {
  expect(policies.filter(({ spec: { podSelector } }) => podSelector.matchLabels === undefined)).toEqual([
    expect.objectContaining({ spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] } }),
  ]);
});

test.each([
  ['web', ['anywhere:8080'], ['worker:8081', 'redis:6379', 'kube-dns:53', 'kube-dns:53']],
  ['worker', ['web:8081'], ['redis:6379', 'kube-dns:53', 'kube-dns:53']],
  ['redis', ['web:6379', 'worker:6379'], []],
])('%s is reached and reaches what is declared', (name, ingress, egress) => {
  expect(spec(name)?.podSelector.matchLabels).toEqual({ 'app.kubernetes.io/name': name });
  expect(allowed(spec(name)?.ingress)).toEqual(ingress);
  expect(allowed(spec(name)?.egress)).toEqual(egress);
});
