import type { Backing, Service, Stack } from '../stack.ts';
import { entryServices } from '../stack.ts';
import { usedBy } from '../wiring/connections.ts';

/**
 * The network policies of the stack: nothing is allowed, both ways, but what a service depends on or calls, DNS, and the
 * entrance of the services that nothing else of the stack calls.
 */
export function networkPolicies(stack: Stack): string {
  const entries = entryServices(stack);
  const policies = [...stack.services, ...stack.backing].map((part) =>
    policyOf(stack, part, { isEntry: entries.includes(part.name) }),
  );
  return [nothing, ...policies].join('---\n');
}

const nothing = `# Written by ./keel generate, from services.yaml. An added policy can only allow more.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: nothing-else }
spec: { podSelector: {}, policyTypes: [Ingress, Egress] }
`;

function policyOf(stack: Stack, part: Service | Backing, { isEntry }: { isEntry: boolean }): string {
  const callers = stack.services.filter((service) => usedBy(service).has(part.name)).map(({ name }) => name);
  const uses = 'calls' in part ? usedBy(part) : new Set<string>();
  const used = [...stack.services, ...stack.backing].filter(({ name }) => uses.has(name));
  // Without `from`, from everywhere.
  const ingress = isEntry
    ? [`    - ports: [{ port: ${part.port} }]\n`]
    : callers.length > 0
      ? [`    - ports: [{ port: ${part.port} }]\n      from:\n${callers.map(peer).join('')}`]
      : [];
  const egress = used.map(({ name, port }) => `    - ports: [{ port: ${port} }]\n      to:\n${peer(name)}`);
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${part.name} }
spec:
  podSelector: { matchLabels: { app.kubernetes.io/name: ${part.name} } }
${rules('ingress', ingress)}${rules('egress', egress.length > 0 ? [...egress, dns] : [])}`;
}

function rules(direction: string, list: readonly string[]): string {
  return list.length > 0 ? `  ${direction}:\n${list.join('')}` : '';
}

function peer(name: string): string {
  return `        - podSelector: { matchLabels: { app.kubernetes.io/name: ${name} } }\n`;
}

const dns = `    - ports: [{ port: 53, protocol: UDP }, { port: 53, protocol: TCP }]
      to:
        - namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }
          podSelector: { matchLabels: { k8s-app: kube-dns } }
`;
