import type { Service, Stack } from '../stack.ts';

/**
 * What Prometheus scrapes where the stack runs in Compose: the metrics of each service and of the sidecars beside it, and
 * the health of each service by way of the blackbox exporter. A container has the name of its service.
 */
export function scrapedInCompose({ services, sidecars }: Stack): string {
  const admin = staticTargets(services);
  const beside = services.flatMap(({ name }) =>
    sidecars.map((sidecar) => `          - ${name}-${sidecar.name}:${sidecar.metricsPort}\n`),
  );
  const besideAll = beside.length === 0 ? '' : `    static_configs:\n      - targets:\n${beside.join('')}`;
  return jobs({ admin, beside: besideAll });
}

/**
 * The same in Kubernetes: each pod by itself, found by the records of a headless Service, without rights on the cluster's
 * API. A record names the pod but not its service, which its admin port tells: no two services have the same.
 */
export function scrapedInKubernetes({ services, sidecars }: Stack): string {
  const names = services.map(({ name, adminPort }) => {
    return `      - { source_labels: [__address__], regex: '.*:${adminPort}', target_label: service_name, replacement: ${name} }\n`;
  });
  return jobs({
    admin: pods('admin'),
    beside: sidecars.length === 0 ? '' : pods('metrics'),
    relabelling: names.join(''),
  });
}

function jobs({ admin, beside, relabelling = '' }: { admin: string; beside: string; relabelling?: string }): string {
  return `# Written by ./keel generate, from services.yaml.
scrape_configs:
  - job_name: services
    # The services name themselves in each series; the label here is for what Prometheus adds, such as \`up\`.
    honor_labels: true
${admin}${relabelling && `    relabel_configs:\n${relabelling}`}${beside && `  - job_name: sidecars\n${beside}`}  - job_name: healthz
    metrics_path: /probe
    params: { module: [healthz] }
${admin}    relabel_configs:
${relabelling}      - { source_labels: [__address__], target_label: instance }
      - { source_labels: [__address__], target_label: __param_target, replacement: http://$1/healthz }
      - { target_label: __address__, replacement: blackbox:9115 }
`;
}

function staticTargets(services: readonly Service[]): string {
  const targets = services.map(
    ({ name, adminPort }) => `      - { targets: [${name}:${adminPort}], labels: { service_name: ${name} } }\n`,
  );
  return `    static_configs:\n${targets.join('')}`;
}

/** SRV records of the port's name: an address and a port for each pod, ready or not. */
function pods(port: string): string {
  return `    dns_sd_configs: [{ names: [_${port}._tcp.service-pods], type: SRV, refresh_interval: 5s }]\n`;
}
