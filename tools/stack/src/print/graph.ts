import { planRestart } from '../plan/plan.ts';
import type { Service, Stack } from '../stack.ts';

/** The graph for a terminal: services in the order in which they start, then the stores. Ends with a line break. */
export function graphAsText(stack: Stack): string {
  const order = planRestart(stack).waves.flatMap((wave) => wave.steps.flatMap((step) => step.services));
  const inOrder = stack.services.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  const services = inOrder.flatMap(serviceLines);
  const backing = stack.backing.map(({ name, image, port }) => `${name}  port ${port}, ${image}`);
  return [...services, ...backing].join('\n') + '\n';
}

function serviceLines({ name, port, adminPort, debugPort, dependsOn, calls, restartPolicy }: Service): string[] {
  return [
    `${name}  port ${port}, admin ${adminPort}, debug ${debugPort}, ${restartPolicy}`,
    ...dependsOn.map((needed) => `  ├─ depends on ${needed}`),
    ...calls.map((called) => `  ├┄ calls ${called}`),
  ].map((line, index, lines) => (index > 0 && index === lines.length - 1 ? line.replace('├', '└') : line));
}

/** The graph as a Mermaid flowchart: solid arrows for `depends_on`, dotted ones for `calls`. Ends with a line break. */
export function graphAsMermaid(stack: Stack): string {
  const lines = [
    'flowchart TD',
    ...stack.services.map(({ name, port }) => `  ${mermaidId(name)}["${name}<br>:${port}"]`),
    ...stack.backing.map(({ name, port }) => `  ${mermaidId(name)}[("${name}<br>:${port}")]`),
    ...stack.services.flatMap(({ name, dependsOn, calls }) => [
      ...dependsOn.map((needed) => `  ${mermaidId(name)} --> ${mermaidId(needed)}`),
      ...calls.map((called) => `  ${mermaidId(name)} -.-> ${mermaidId(called)}`),
    ]),
  ];
  return lines.join('\n') + '\n';
}

/** Upper case, since lower-case words such as `end` and `graph` have a meaning of their own in Mermaid. */
function mermaidId(name: string): string {
  return name.toUpperCase().replaceAll('-', '_');
}

/** The graph for programs: the stack, and the waves in which all of it starts. Ends with a line break. */
export function graphAsJson(stack: Stack): string {
  const waves = planRestart(stack).waves.map((wave) => wave.steps.map((step) => step.services));
  return JSON.stringify({ ...stack, waves }, null, 2) + '\n';
}
