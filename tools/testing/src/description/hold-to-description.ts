import fc, { type Arbitrary } from 'fast-check';
import { responseChecker, type ReceivedResponse } from './check-response.ts';
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

/** Tells what is wrong with a response to a request that was generated for an operation. */
type Judge = (request: GeneratedRequest, operation: Operation, response: ReceivedResponse) => string[];

/**
 * Generates requests from the description of a service, one after another and always the same ones. A failure names the
 * shortest request that shows it.
 */
export function holdToDescription(service: DescribedService): HeldToDescription {
  const description = service.description as Description;
  const operations = operationsOf(description);
  const mistakesIn = responseChecker(description);

  async function send({ method, target, headers, body }: GeneratedRequest): Promise<ReceivedResponse> {
    const response = await fetch(service.url + target, { method, headers, body: body ?? null });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  async function check(
    requests: number,
    generate: (operation: Operation) => Arbitrary<GeneratedRequest>,
    judge: Judge,
  ): Promise<void> {
    const property = fc.asyncProperty(fc.oneof(...operations.map(generate)), async (request) => {
      const operation = operations.find(({ name }) => name === request.operation) as Operation;
      const response = await send(request);
      const mistakes = judge(request, operation, response);
      if (mistakes.length > 0) throw new Error(`${mistakes.join('; ')}: ${response.text.slice(0, 500)}`);
    });
    await fc.assert(property, { numRuns: requests, seed: SEED });
  }

  return {
    async sendAllowed(requests) {
      const succeeded = new Set<string>();
      const generate = (operation: Operation) => allowedRequests(operation, service);
      await check(requests, generate, (_request, { name, method, path }, response) => {
        if (response.status < 300) succeeded.add(name);
        return mistakesIn(method, path, response);
      });
      return [...succeeded].sort();
    },
    async sendForbidden(requests) {
      const unlisted = ({ path }: Operation) =>
        METHODS.filter((method) => !operations.some((one) => one.path === path && one.method === method));
      const generate = (operation: Operation) => forbiddenRequests(operation, service, unlisted(operation));
      await check(requests, generate, (request, { method, path }, response) => {
        if (response.status < 400 || response.status >= 500) return [`the status is ${String(response.status)}`];
        // No operation documents what another method gets.
        if (request.method !== method) return response.status === 405 ? [] : ['the status is not 405'];
        return mistakesIn(method, path, response);
      });
    },
  };
}
