import { planRestart } from '../plan/plan.ts';
import type { Service, Stack } from '../stack.ts';

/** The graph for a terminal: services in the order in which they start, then the stores. Ends with a line break. */
export function graphAsText(stack: Stack): string {
  const order = planRestart(stack).waves.flatMap((wave) => wave.steps.flatMap((step) => step.services));
  const byName = new Map(stack.services.map((service) => [service.name, service]));
  const services = order.flatMap((name) => serviceLines(byName.get(name)));
  const backing = stack.backing.map(({ name, image, port }) => `${name}  port ${port}, ${image}`);
  return [...services, ...backing].join('\n') + '\n';
}

function serviceLines(service: Service | undefined): string[] {
  if (service === undefined) return [];
  const { name, port, adminPort, debugPort, dependsOn, calls, restartPolicy } = service;
  return [
    `${name}  port ${port}, admin ${adminPort}, debug ${debugPort}, ${restartPolicy}`,
    ...dependsOn.map((needed) => `  ├─ depends on ${needed}`),
    ...calls.map((called) => `  ├┄ calls ${called}`),
  ].map((line, index, lines) => (index > 0 && index === lines.length - 1 ? line.replace('├', '└') : line));
}
