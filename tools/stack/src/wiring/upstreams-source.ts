import type { Service, Stack } from '../stack.ts';
import { upstreamsOf, urlVariable } from './connections.ts';

/** The text of `src/upstream-variables.ts` of a service that lets requests through to all that it depends on or calls. */
export function upstreamsSource(stack: Stack, service: Service): string {
  const entries = upstreamsOf(stack, service).map((name) => `  '${name}': '${urlVariable(name)}',\n`);
  return `// Written by ./keel generate from services.yaml.

/** The services behind this one, and the variable with the URL of each. */
export const upstreamVariables = {
${entries.join('')}} as const;
`;
}
