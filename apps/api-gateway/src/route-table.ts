import { z } from 'zod';
import { rawHeaders } from './raw-headers.ts';
import { breakerSchema, routeSchema } from './route.ts';
import { indexRoutes, type RouteIndex } from './route-index.ts';
import { readYaml } from './yaml-source.ts';

/** Security headers of an API (OWASP REST Security Cheat Sheet): the defaults of the table. */
const closedHeaders = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

const tableSchema = (upstreams: readonly string[]) =>
  z.strictObject({
    routes: z.array(routeSchema(upstreams)),
    breaker: breakerSchema.prefault({}),
    max_in_flight: z.int().min(1).max(1_000_000).default(512),
    response_headers: z
      .record(
        z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'must be the name of a header'),
        z.string().regex(/^[\x20-\x7e]*$/, 'must be printable ASCII on one line'),
      )
      .default(closedHeaders)
      .transform(rawHeaders),
  });

/** The content of `routes.yaml`, with an index of its routes. */
export type RouteTable = z.output<ReturnType<typeof tableSchema>> & Pick<RouteIndex, 'find'>;

/**
 * The schema of ROUTES: YAML text in, a route table out. All mistakes are reported, each with its line.
 * @param upstreams the names that a route may use.
 */
export function routesSchema(upstreams: readonly string[]) {
  const schema = tableSchema(upstreams);
  return z.string().transform((text, context): RouteTable => {
    const source = readYaml(text);
    const mistake = (message: string, line: number) =>
      void context.addIssue({ code: 'custom', message, params: { line }, input: text });

    for (const { message, line } of source.errors) mistake(message, line);
    if (source.errors.length > 0) return z.NEVER;
    const result = schema.safeParse(source.data);
    for (const issue of result.error?.issues ?? []) {
      for (const { path, message } of complaints(issue))
        mistake(`${path.map(String).join('.')}: ${message}`, source.lineOf(path));
    }
    if (!result.success) return z.NEVER;
    const { routes } = result.data;
    const lineOf = (index: number) => source.lineOf(['routes', index, 'prefix']);
    const { overlaps, find } = indexRoutes(routes);
    for (const { index, earlier, shared } of overlaps) {
      const place = `routes.${index}.prefix: ${routes[index]?.prefix ?? ''}`;
      mistake(`${place} is in line ${lineOf(earlier)} already, for ${shared.join(', ')}`, lineOf(index));
    }
    return { ...result.data, find };
  });
}

/** Unknown keys come as one issue, but each is a mistake with a line of its own. */
function complaints(issue: z.core.$ZodIssue): { path: PropertyKey[]; message: string }[] {
  if (issue.code !== 'unrecognized_keys') return [issue];
  return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'is not a known key' }));
}
