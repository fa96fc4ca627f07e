import { z } from 'zod';
import { rawHeaders } from './raw-headers.ts';
import { breakerSchema, routeSchema } from './route.ts';
import { indexRoutes, type RouteIndex } from './route-index.ts';
import { readYaml } from './yaml-source.ts';

// No request is served while a reload reads the table: at these sizes, for about a tenth of a second.
const MAX_BYTES = 384 * 1024;
const MAX_ROUTES = 5_000;

/** The others are counted only. */
const MAX_MISTAKES = 20;

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

interface Mistake {
  message: string;
  line?: number;
}

/**
 * The schema of ROUTES: YAML text in, a route table out. Mistakes are reported together, each with its line.
 * @param upstreams the names that a route may use.
 */
export function routesSchema(upstreams: readonly string[]) {
  const schema = tableSchema(upstreams);
  return z.string().transform((text, context): RouteTable => {
    const { table, mistakes = [] } = readTable(schema, text);
    for (const { message, line } of mistakes) {
      context.addIssue({ code: 'custom', message, params: { line }, input: text });
    }
    return table ?? z.NEVER;
  });
}

function readTable(
  schema: ReturnType<typeof tableSchema>,
  text: string,
): { table: RouteTable; mistakes?: never } | { table?: never; mistakes: Mistake[] } {
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_BYTES) return { mistakes: [{ message: `has ${bytes} bytes, more than ${MAX_BYTES}` }] };
  const { data, error, lineOf } = readYaml(text);
  if (error !== undefined) return { mistakes: [error] };
  const count = countRoutes(data);
  if (count > MAX_ROUTES) {
    return { mistakes: [{ message: `has ${count} routes, more than ${MAX_ROUTES}`, line: lineOf(['routes']) }] };
  }

  const mistakeAt = (path: PropertyKey[], message: string): Mistake => ({
    message: path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`,
    line: lineOf(path),
  });
  const result = schema.safeParse(data);
  if (!result.success) {
    const complaints = result.error.issues.flatMap(complaintsOf);
    return { mistakes: firstOf(complaints, ({ path, message }) => mistakeAt(path, message)) };
  }
  const { routes } = result.data;
  const { overlaps, find } = indexRoutes(routes);
  const mistakes = firstOf(overlaps, ({ index, earlier, shared }) => {
    const line = lineOf(['routes', routes.indexOf(earlier), 'prefix']);
    const message = `${routes[index]?.prefix ?? ''} is in line ${line} already, for ${shared.join(', ')}`;
    return mistakeAt(['routes', index, 'prefix'], message);
  });
  return mistakes.length > 0 ? { mistakes } : { table: { ...result.data, find } };
}

/** How many routes a document has, before anything in it is checked. */
function countRoutes(data: unknown): number {
  const { routes } = Object(data) as { routes?: unknown };
  return Array.isArray(routes) ? routes.length : 0;
}

/** Unknown keys come as one issue, but each is a mistake with a line of its own. */
function complaintsOf(issue: z.core.$ZodIssue): { path: PropertyKey[]; message: string }[] {
  if (issue.code !== 'unrecognized_keys') return [issue];
  return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'is not a known key' }));
}

function firstOf<T>(found: readonly T[], describe: (one: T) => Mistake): Mistake[] {
  const first = found.slice(0, MAX_MISTAKES).map(describe);
  if (found.length > MAX_MISTAKES) first.push({ message: `and ${found.length - MAX_MISTAKES} more mistakes` });
  return first;
}
