import { STATUS_CODES } from 'node:http';
import { PROBLEM_CONTENT_TYPE, problemSchema, statusOf, type ErrorCode } from '@evenkeel/errors';
import type { OpenApiDocument } from '@evenkeel/service';
import { z } from 'zod';
import { prefixKey, type Route } from './route.ts';
import type { RouteTable } from './route-table.ts';

/** What the gateway itself may answer, on top of what the service behind says. */
const ownAnswers: readonly ErrorCode[] = [
  'bad_request',
  'not_found',
  'request_timeout',
  'payload_too_large',
  'bad_gateway',
  'unavailable',
  'timeout',
];

/** Describes the routes in force: what the services behind them take and answer is in their own descriptions. */
export function describeRoutes(version: string, table: RouteTable): OpenApiDocument {
  const prefixes = [...Map.groupBy(table.routes, prefixKey).values()];
  return {
    openapi: '3.1.0',
    info: { title: 'api-gateway', version },
    paths: Object.fromEntries(prefixes.flatMap(pathsOf)) as NonNullable<OpenApiDocument['paths']>,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: { Problem: z.toJSONSchema(problemSchema) as object },
    },
  };
}

/**
 * The paths of the routes of one prefix, with the operations of all of them.
 * OpenAPI has no notation for "and all below it": the second path stands for that.
 */
function pathsOf(routes: Route[]): [string, object][] {
  const below = { name: 'rest', in: 'path', required: true, schema: { type: 'string' }, description: 'All below it' };
  const prefix = routes[0]?.prefix ?? '/';
  const operations = Object.fromEntries(routes.flatMap(operationsOf));
  return [
    [prefix, operations],
    [`${prefix === '/' ? '' : prefix}/{rest}`, { parameters: [below], ...operations }],
  ];
}

function operationsOf(route: Route): [string, object][] {
  const methods = route.methods.filter((method) => method !== 'OPTIONS' && method !== 'HEAD');
  return methods.map((method) => [method.toLowerCase(), operation(route)]);
}

function operation({ upstream, token, roles, rate_limit, timeout_ms, stale_s, max_body_bytes }: Route): object {
  const codes: ErrorCode[] = [
    ...ownAnswers,
    ...(token === 'required' ? (['unauthenticated'] as const) : []),
    ...(roles.length > 0 ? (['forbidden'] as const) : []),
    ...(rate_limit === undefined ? [] : (['rate_limited'] as const)),
  ];
  const problem = { [PROBLEM_CONTENT_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } };
  return {
    summary: `What ${upstream} offers`,
    ...(token === 'required' ? { security: [{ bearer: [] }] } : {}),
    'x-route': { upstream, roles, rate_limit, timeout_ms, stale_s, max_body_bytes },
    responses: {
      default: { description: `The answer of ${upstream}` },
      ...Object.fromEntries(
        codes.map((code) => [statusOf(code), { description: STATUS_CODES[statusOf(code)], content: problem }]),
      ),
    },
  };
}
