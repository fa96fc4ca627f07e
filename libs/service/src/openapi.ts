import { STATUS_CODES } from 'node:http';
import { PROBLEM_CONTENT_TYPE, problemSchema } from '@evenkeel/errors';
import type { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import type { Endpoint } from './endpoint.ts';

export interface ApiInfo {
  title: string;
  version: string;
}

/** An OpenAPI 3.1 document. */
export type OpenApiDocument = ReturnType<typeof createDocument>;

/** Describes the endpoints from the schemas that validate their requests. */
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
      securitySchemes: {
        bearer: { ...bearer, description: 'The access token of a signed-in user' },
        service: { ...bearer, description: 'A short-lived token of another service' },
      },
    },
  });
}

function describe({ spec }: Endpoint): ZodOpenApiOperationObject {
  const responses = Object.entries(spec.responses).map(([status, schema]) => [
    status,
    {
      description: STATUS_CODES[status] ?? status,
      ...(schema === null ? {} : { content: { 'application/json': { schema } } }),
    },
  ]);
  return {
    summary: spec.summary,
    ...(spec.guard === undefined ? {} : { security: [{ [spec.guard.security]: [] }] }),
    requestParams: {
      ...(spec.params === undefined ? {} : { path: spec.params as z.ZodObject }),
      ...(spec.query === undefined ? {} : { query: spec.query as z.ZodObject }),
    },
    ...(spec.body === undefined ? {} : { requestBody: { content: { 'application/json': { schema: spec.body } } } }),
    responses: {
      ...(Object.fromEntries(responses) as ZodOpenApiOperationObject['responses']),
      default: {
        description: 'A problem (RFC 9457)',
        content: { [PROBLEM_CONTENT_TYPE]: { schema: problemSchema } },
      },
    },
  };
}
