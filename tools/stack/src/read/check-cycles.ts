import type { Mistake } from '../problem.ts';
import type { Outline } from './outline.ts';

/**
 * Cycles in `depends_on`, each named in full (`a → b → a`) at the line that closes it. One is found for every edge that
 * a depth-first walk meets going back to where it came from, so removing the reported edges leaves no cycle.
 */
export function cycleMistakes(outline: Outline): Mistake[] {
  const services = new Map(outline.services.map((service) => [service.name, service]));
  const finished = new Set<string>();
  const trail: string[] = [];
  const problems: Mistake[] = [];

  const walk = (name: string): void => {
    const service = services.get(name);
    if (service === undefined || finished.has(name)) return;
    trail.push(name);
    for (const [next, line] of new Map(service.dependsOn.map((each) => [each.value, each.line]))) {
      const start = trail.indexOf(next);
      if (start === -1) walk(next);
      else {
        const cycle = [...trail.slice(start), next].join(' → ');
        problems.push({ line, message: `depends_on has a cycle: ${cycle}` });
      }
    }
    trail.pop();
    finished.add(name);
  };
  for (const name of services.keys()) walk(name);
  return problems;
}
