import { problemSchema, type ErrorCode } from '@evenkeel/errors';
import { addFailures, type ApiInfo, type DescribedResponses, type OpenApiDocument } from '@evenkeel/service';
import { z } from 'zod';
import type { Description, Descriptions, Operation } from './clients/description.ts';
import { prefixKey, type Route } from './route.ts';
import type { RouteTable } from './route-table.ts';

/** How the gateway itself may respond on any route, in addition to what the upstream declares. */
const ownFailures: readonly ErrorCode[] = [
  'bad_request',
  'request_timeout',
  'payload_too_large',
  'headers_too_large',
  'not_implemented',
  'bad_gateway',
  'unavailable',
  'timeout',
];

/**
 * Describes what the routes in force let through: the operations of the services, each with what the gateway adds.
 * @param descriptions those of the services, by their names. Of a route to one that is missing, only the rules are known.
 */
export function describeRoutes(info: ApiInfo, table: RouteTable, descriptions: Descriptions): OpenApiDocument {
  const unknown = Map.groupBy(
    table.routes.filter(({ upstream }) => !descriptions.has(upstream)),
    prefixKey,
  );
  const known = [...descriptions].flatMap(([name, description]) => operationsOf(name, description, table));
  // Schemas of one name are the same in all services: they come from the contracts that these share.
  const schemas = [...descriptions.values()].map(({ components }) => components?.schemas);
  return {
    openapi: '3.1.0',
    info: { ...info },
    paths: Object.fromEntries([...[...unknown.values()].flatMap(pathsOf), ...known]) as NonNullable<
      OpenApiDocument['paths']
    >,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: Object.assign({ Problem: z.toJSONSchema(problemSchema) as object }, ...schemas) as Record<
        string,
        object
      >,
    },
  };
}

/** The paths of a service that are routed to it. */
function operationsOf(name: string, { paths }: Description, table: RouteTable): [string, object][] {
  return Object.entries(paths).flatMap(([path, operations]): [string, object][] => {
    const byMethod = table.find(path)?.byMethod;
    const routed = Object.entries(operations).flatMap(([method, operation]) => {
      const route = byMethod?.get(method.toUpperCase());
      return route?.upstream === name ? [[method, withRules(operation, route)] as const] : [];
    });
    return routed.length === 0 ? [] : [[path, Object.fromEntries(routed)]];
  });
}

/**
 * The paths of the routes of one prefix, with the operations of all of them.
 * OpenAPI has no notation for "and all below it": the second path stands for that.
 */
function pathsOf(routes: Route[]): [string, object][] {
  const below = { name: 'rest', in: 'path', required: true, schema: { type: 'string' }, description: 'All below it' };
  const prefix = routes[0]?.prefix ?? '/';
  const operations = Object.fromEntries(routes.flatMap(unknownOperations));
  return [
    [prefix, operations],
    [`${prefix === '/' ? '' : prefix}/{rest}`, { parameters: [below], ...operations }],
  ];
}

function unknownOperations(route: Route): [string, object][] {
  const methods = route.methods.filter((method) => method !== 'OPTIONS' && method !== 'HEAD');
  const { upstream } = route;
  const operation = {
    summary: `The API of ${upstream}, which describes none`,
    responses: { default: { description: `The response of ${upstream}` } },
  };
  return methods.map((method) => [method.toLowerCase(), withRules(operation, route)]);
}

function withRules(operation: Operation, route: Route): object {
  const { upstream, token, roles, rate_limit, max_in_flight, timeout_ms, stale_if_error_s, max_body_bytes } = route;
  const codes: ErrorCode[] = [
    ...ownFailures,
    ...(token === 'required' ? (['unauthenticated', 'invalid_token', 'forbidden'] as const) : []),
    ...(rate_limit === undefined && max_in_flight === undefined ? [] : (['rate_limited'] as const)),
  ];
  return {
    ...(token === 'required' ? { security: [{ bearer: roles }] } : {}),
    ...operation,
    tags: [upstream],
    'x-route': { upstream, roles, rate_limit, max_in_flight, timeout_ms, stale_if_error_s, max_body_bytes },
    responses: addFailures(operation.responses as DescribedResponses, codes),
  };
}
