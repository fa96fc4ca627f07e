import { loadVariables } from '../configuration/variables.ts';
import type { PackageGraph } from '../packages/package-graph.ts';
import { graphAsMermaid } from '../print/graph.ts';
import { publishedVariables } from '../published-variables.ts';
import { entryServices, type Stack } from '../stack.ts';
import { databasesOf, storePasswords } from '../wiring/connections.ts';
import { secretsNeeded } from '../wiring/secrets-needed.ts';
import { upstreamsSource } from '../wiring/upstreams-source.ts';
import { configurationReference } from './configuration-reference.ts';
import { withForwardedPorts } from './dev-container.ts';
import { replacePart } from './generated-file.ts';
import type { GeneratedFile } from './generated-file.ts';
import { autoscalers, servicesKustomization } from './manifests.ts';
import { networkPolicies } from './network-policies.ts';
import { projectReferences } from './references.ts';
import { scrapedInCompose, scrapedInKubernetes } from './scrape-targets.ts';

/** Everything that merely repeats what services.yaml, the configuration schemas and the dependencies in each package.json say. */
export function generatedFiles(root: string, stack: Stack, packages: PackageGraph): GeneratedFile[] {
  return [
    { file: 'tools/secrets/src/needed.json', needed: true, render: () => asJson(secretsNeeded(stack)) },
    // Of a service that lets requests through to others.
    ...stack.services.map((service) => ({
      file: `apps/${service.name}/src/upstream-variables.ts`,
      render: () => upstreamsSource(stack, service),
    })),
    { file: 'infra/docker/postgres/init/10-roles.sh', render: (text) => withDatabases(stack, text) },
    { file: 'infra/docker/docker-bake.hcl', render: (text) => withBuiltImages(stack, text) },
    { file: 'infra/k8s/services/kustomization.yaml', render: () => servicesKustomization(stack) },
    { file: 'infra/k8s/components/autoscaling/autoscalers.yaml', render: () => autoscalers(stack) },
    { file: 'infra/k8s/components/network-policies/policies.yaml', render: () => networkPolicies(stack) },
    { file: 'infra/observability/scrape/compose.yaml', render: () => scrapedInCompose(stack) },
    { file: 'infra/observability/scrape/kubernetes.yaml', render: () => scrapedInKubernetes(stack) },
    { file: 'docker-compose.observability.yml', render: (text) => withExportingServices(stack, text) },
    { file: 'docker-compose.watch.yml', render: (text) => withWatchedServices(stack, text) },
    { file: '.devcontainer/devcontainer.json', render: (text) => withForwardedPorts(stack, text) },
    { file: '.env.example', render: (text) => withPublishedPorts(stack, text) },
    { file: 'docs/guides/containers.md', render: (text) => withPortsOfSecondClone(stack, text) },
    { file: 'README.md', render: (text) => text.replace(graph, () => graphAsMermaid(stack)) },
    ...(['stack.json', 'service.json'] as const).map((name) => ({
      file: `infra/observability/dashboards/${name}`,
      render: () => dashboard(name, stack),
    })),
    ...projectReferences(packages),
    // From the sources, of which some are above.
    {
      file: 'docs/reference/configuration.md',
      render: async () => configurationReference(await loadVariables(root, stack)),
    },
  ];
}

function asJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

async function dashboard(name: 'stack.json' | 'service.json', stack: Stack): Promise<string> {
  const { dashboardFile } = await import('@evenkeel/observability');
  return dashboardFile(name, entryServices(stack));
}

function withDatabases(stack: Stack, text: string): string {
  const password = `/run/secrets/${storePasswords.postgres}`;
  const lines = databasesOf(stack).map(({ role, database }) => `create ${role} ${database} ${password}\n`);
  return replacePart(text, /(?<=^# Written by \.\/keel generate.*\n)(?:create .*\n)*/m, lines.join(''));
}

function withBuiltImages({ services, sidecars }: Stack, text: string): string {
  const withNames = (before: string, variable: string, parts: readonly { name: string }[]) => {
    const names = parts.map(({ name }) => name).join(',');
    return replacePart(
      before,
      new RegExp(`^variable "${variable}" .*$`, 'm'),
      `variable "${variable}" { default = "${names}" }`,
    );
  };
  return withNames(withNames(text, 'SERVICES', services), 'SIDECARS', sidecars);
}

function withWatchedServices({ services }: Stack, text: string): string {
  const entries = services.map(
    ({ name }) => `  ${name}:
    <<: *service
    volumes: !override
      - ./coverage:/coverage:ro,z
      - ${name}-secrets:/run/secrets:ro
      - ${name}-cache:/work/node_modules/.cache
`,
  );
  return replacePart(text, /^services:\n[\s\S]*$/m, `services:\n${entries.join('')}`);
}

function withExportingServices({ services }: Stack, text: string): string {
  const lines = services.map(({ name }) => `  ${name}: *exporting\n`);
  return replacePart(text, /(?<=^ *# Written by \.\/keel generate.*\n)(?: {2}[\w-]+: \*exporting\n)*/m, lines.join(''));
}

function withPublishedPorts(stack: Stack, text: string): string {
  const lines = publishedVariables(stack).map(({ variable, port }) => `# ${variable}=${port}\n`);
  return replacePart(text, /^(?:# \w+_PORT=\d+\n)+/m, lines.join(''));
}

// Prose is its owner's: one without these parts is left alone.

const graph = /(?<=^```mermaid\n)flowchart [\s\S]*?(?=^```)/m;

/** A second clone beside this one; a hundred ports further on. */
function withPortsOfSecondClone(stack: Stack, text: string): string {
  const lines = publishedVariables(stack).map(({ variable, port }) => `${variable}=${port + 100}\n`);
  return text.replace(/^(?:\w+_PORT=\d+\n)+/m, () => lines.join(''));
}
