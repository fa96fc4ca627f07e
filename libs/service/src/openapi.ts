import { STATUS_CODES } from 'node:http';
import { problemSchema } from '@evenkeel/errors';
import type { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import type { Endpoint } from './endpoint.ts';
import { describeFailures, describeHeaders, failuresOf } from './failures.ts';

export interface ApiInfo {
  title: string;
  version: string;
}

/** An OpenAPI 3.1 document. */
export type OpenApiDocument = ReturnType<typeof createDocument>;

/** Describes the endpoints from what validates and guards them. Each lists every status that it can respond with. */
export function describeApi(info: ApiInfo, endpoints: readonly Endpoint[]): OpenApiDocument {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const endpoint of endpoints) {
    const path = endpoint.spec.path.replaceAll(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[endpoint.spec.method] = describe(endpoint);
  }
  const bearer = { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } as const;
  return createDocument({
    openapi: '3.1.0',
    info: { ...info },
    paths: paths as ZodOpenApiPathsObject,
    components: {
      schemas: { Problem: problemSchema },
      securitySchemes: {
        bearer: { ...bearer, description: 'The access token of a signed-in user' },
        service: { ...bearer, description: 'A short-lived token of another service' },
      },
    },
  });
}

function describe({ spec }: Endpoint): ZodOpenApiOperationObject {
  const { guard, params, query, headers, body, responseHeaders = {} } = spec;
  const responses = Object.entries(spec.responses).map(([status, schema]) => [
    status,
    {
      description: STATUS_CODES[status] ?? status,
      ...describeHeaders(responseHeaders[Number(status)] ?? []),
      ...(schema === null ? {} : { content: { 'application/json': { schema } } }),
    },
  ]);
  return {
    summary: spec.summary,
    ...(guard === undefined ? {} : { security: [{ [guard.security]: [...guard.needs] }] }),
    requestParams: {
      ...(params === undefined ? {} : { path: params as z.ZodObject }),
      ...(query === undefined ? {} : { query: query as z.ZodObject }),
      ...(headers === undefined ? {} : { header: headers }),
    },
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: {
      ...(Object.fromEntries(responses) as ZodOpenApiOperationObject['responses']),
      ...describeFailures(failuresOf(spec), responseHeaders),
    },
  };
}
