import type { Stack } from '../stack.ts';

const head = '# Written by ./keel generate, from services.yaml.\n';

/** The list of all services, for the overlays. */
export function servicesKustomization({ services }: Stack): string {
  const entries = services.map(({ name }) => `  - ${name}\n`);
  return `${head}apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n${entries.join('')}`;
}

/** An autoscaler for each service; an overlay may patch one that needs other limits. */
export function autoscalers({ services }: Stack): string {
  return services
    .map(
      ({ name }, index) => `${index === 0 ? head : '---\n'}apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: ${name} }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: ${name} }
  minReplicas: 2
  maxReplicas: 6
  metrics:
    - type: Resource
      resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } }
`,
    )
    .join('');
}
