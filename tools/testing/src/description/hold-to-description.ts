import fc, { type Arbitrary } from 'fast-check';
import { responseChecker } from './check-response.ts';
import { operationsOf, type Description, type Operation } from './document.ts';
import { allowedRequests, forbiddenRequests, type GeneratedRequest, type RequestOptions } from './requests.ts';

export interface DescribedService extends RequestOptions {
  /** Its OpenAPI document. */
  description: object;
  url: string;
}

export interface HeldToDescription {
  /**
   * Sends so many requests that the description allows: each must have a response that it documents.
   * Resolves with the operations that succeeded at least once.
   */
  sendAllowed(requests: number): Promise<string[]>;
  /** Sends so many that it forbids: none may succeed, and none may fail on the service's side. */
  sendForbidden(requests: number): Promise<void>;
}

/** The same requests in every run. */
const SEED = 20_260_101;
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * Generates requests from the description of a service, one after another and always the same ones. A failure names the
 * shortest request that shows it.
 */
export function holdToDescription(service: DescribedService): HeldToDescription {
  const description = service.description as Description;
  const operations = new Map(operationsOf(description).map((operation) => [operation.name, operation]));
  const mistakesIn = responseChecker(description);

  async function send({ method, target, headers, body }: GeneratedRequest) {
    const response = await fetch(service.url + target, { method, headers, ...(body === undefined ? {} : { body }) });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  async function check(requests: number, values: Arbitrary<GeneratedRequest>[], judge: Judge): Promise<void> {
    const property = fc.asyncProperty(fc.oneof(...values), async (request) => {
      const response = await send(request);
      const mistakes = judge(request, operations.get(request.operation) as Operation, response);
      if (mistakes.length > 0) throw new Error(`${mistakes.join('; ')}: ${response.text.slice(0, 500)}`);
    });
    await fc.assert(property, { numRuns: requests, seed: SEED });
  }

  return {
    async sendAllowed(requests) {
      const succeeded = new Set<string>();
      const values = [...operations.values()].map((operation) => allowedRequests(operation, service));
      await check(requests, values, (_request, { name, method, path }, response) => {
        if (response.status < 300) succeeded.add(name);
        return mistakesIn(method, path, response);
      });
      return [...succeeded].sort();
    },
    async sendForbidden(requests) {
      const values = [...operations.values()].map((operation) =>
        forbiddenRequests(operation, service, unlisted(description, operation)),
      );
      await check(requests, values, (request, { method, path }, response) => {
        if (response.status < 400 || response.status >= 500) return [`the status is ${String(response.status)}`];
        // No operation documents what another method gets.
        if (request.method !== method.toUpperCase()) return response.status === 405 ? [] : ['the status is not 405'];
        return mistakesIn(method, path, response);
      });
    },
  };
}

type Judge = (
  request: GeneratedRequest,
  operation: Operation,
  response: { status: number; headers: Headers; text: string },
) => string[];

function unlisted({ paths }: Description, { path }: Operation): string[] {
  return METHODS.filter((method) => !Object.hasOwn(paths[path] ?? {}, method.toLowerCase()));
}
