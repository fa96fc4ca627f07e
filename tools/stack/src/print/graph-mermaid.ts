import type { Stack } from '../stack.ts';

/** The graph as a Mermaid flowchart: solid arrows for `depends_on`, dotted ones for `calls`. Ends with a line break. */
export function graphAsMermaid(stack: Stack): string {
  const lines = [
    'flowchart TD',
    ...stack.services.map(({ name, port }) => `  ${id(name)}["${name}<br>:${port}"]`),
    ...stack.backing.map(({ name, port }) => `  ${id(name)}[("${name}<br>:${port}")]`),
    ...stack.services.flatMap(({ name, dependsOn, calls }) => [
      ...dependsOn.map((needed) => `  ${id(name)} --> ${id(needed)}`),
      ...calls.map((called) => `  ${id(name)} -.-> ${id(called)}`),
    ]),
  ];
  return lines.join('\n') + '\n';
}

/** Upper case, since lower-case words such as `end` and `graph` have a meaning of their own in Mermaid. */
function id(name: string): string {
  return name.toUpperCase().replaceAll('-', '_');
}
