import { PROBLEM_CONTENT_TYPE, statusOf, type ErrorCode } from '@evenkeel/errors';
import { STATUS_CODES } from 'node:http';
import type { ZodOpenApiResponsesObject } from 'zod-openapi';
import type { Endpoint } from './endpoint.ts';
import { responseHeaders, type ResponseHeader } from './response-headers.ts';

/** How a request may fail before anybody knows which operation it wants. */
const ofEveryRequest: readonly ErrorCode[] = ['bad_request', 'request_timeout', 'headers_too_large'];

/**
 * Every code that an operation can fail with, from what its specification has: a guard, schemas, a body. `internal` is not
 * among them: it is a mistake in the code, and a tool that meets it shall say so.
 */
export function failuresOf({ guard, params, query, body, errors = [] }: Endpoint['spec']): ErrorCode[] {
  const isValidated = [params, query, body].some((schema) => schema !== undefined);
  const codes: ErrorCode[] = [
    ...ofEveryRequest,
    ...(guard?.errors ?? []),
    ...(isValidated ? (['invalid_request'] as const) : []),
    ...(body === undefined ? [] : (['payload_too_large', 'unsupported_media_type'] as const)),
    ...errors,
  ];
  return [...new Set(codes)];
}

/** The responses with these codes, by status. The codes of one status share a response. */
export function describeFailures(
  codes: readonly ErrorCode[],
  headers: Readonly<Record<number, readonly ResponseHeader[]>> = {},
): ZodOpenApiResponsesObject {
  const byStatus = [...Map.groupBy(codes, statusOf)].sort(([one], [other]) => one - other);
  return Object.fromEntries(
    byStatus.map(([status, these]) => [
      status,
      {
        description: `${STATUS_CODES[status] ?? ''}: ${these.join(', ')}`,
        ...describeHeaders([...(isTemporary(status) ? (['Retry-After'] as const) : []), ...(headers[status] ?? [])]),
        content: {
          [PROBLEM_CONTENT_TYPE]: {
            schema: {
              allOf: [
                { $ref: '#/components/schemas/Problem' },
                { type: 'object', properties: { status: { const: status }, code: { enum: these } } },
              ],
            },
          },
        },
      },
    ]),
  ) as ZodOpenApiResponsesObject;
}

/** The responses of an operation, as far as `addFailures` reads them. */
export type DescribedResponses = Record<string, { headers?: object; content?: Record<string, { schema?: unknown }> }>;

/** The responses with more codes: those of a status that is described already join its own. */
export function addFailures(responses: DescribedResponses, codes: readonly ErrorCode[]): DescribedResponses {
  const known = Object.values(responses).flatMap(({ content }) => codesIn(content?.[PROBLEM_CONTENT_TYPE]?.schema));
  const all = describeFailures([...new Set([...known, ...codes])]) as DescribedResponses;
  const merged = Object.entries(all).map(([status, response]) => {
    const headers = { ...responses[status]?.headers, ...response.headers };
    return [status, { ...response, ...(Object.keys(headers).length > 0 ? { headers } : {}) }];
  });
  return { ...responses, ...(Object.fromEntries(merged) as DescribedResponses) };
}

/** The codes that `describeFailures` put there. */
function codesIn(schema: unknown): ErrorCode[] {
  const [, { properties }] = (schema as ProblemSchema | undefined)?.allOf ?? [undefined, {}];
  return [...(properties?.code.enum ?? [])];
}

interface ProblemSchema {
  allOf: [unknown, { properties?: { code: { enum: readonly ErrorCode[] } } }];
}

/** The `headers` of a response that has these fields; nothing for one without. */
export function describeHeaders(names: readonly ResponseHeader[]): object {
  if (names.length === 0) return {};
  return { headers: Object.fromEntries(names.map((name) => [name, responseHeaders[name]])) };
}

/** Whether a response says when to try again. */
export function isTemporary(status: number): boolean {
  return status === 429 || status === 503;
}
