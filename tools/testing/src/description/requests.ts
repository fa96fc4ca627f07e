import fc, { type Arbitrary } from 'fast-check';
import { allowedFor, allowedValues, type Examples } from './allowed-values.ts';
import type { Operation, Parameter } from './document.ts';
import { forbiddenTexts, forbiddenValues } from './forbidden-values.ts';

/** A request that was generated from a description. */
export interface GeneratedRequest {
  /** The name of the operation that it is for. */
  operation: string;
  method: string;
  /** Path and query. */
  target: string;
  headers: Record<string, string>;
  body: string | undefined;
  /** What is wrong with it, for one that is forbidden. */
  mistake?: string;
}

export interface RequestOptions {
  /** Tokens that an operation with this security accepts, and others that it must refuse. */
  tokens(security: NonNullable<Operation['security']>): { right: readonly string[]; wrong: readonly string[] };
  examples?: Examples;
}

/** The parts of a request, before they are put together. */
interface Parts {
  method: string;
  parameters: Record<string, string>;
  authorization: string | undefined;
  contentType: string;
  body: string | undefined;
}

/** Requests that the description of this operation allows. */
export function allowedRequests(operation: Operation, options: RequestOptions): Arbitrary<GeneratedRequest> {
  return partsOf(operation, options).map((parts) => put(operation, parts));
}

/**
 * Requests that the description forbids, each for one reason.
 * @param unlisted methods that are not described for this path.
 */
export function forbiddenRequests(
  operation: Operation,
  options: RequestOptions,
  unlisted: readonly string[],
): Arbitrary<GeneratedRequest> {
  const { parameters, security, body } = operation;
  const allowed = partsOf(operation, options);
  const wrong = <T>(mistake: string, values: Arbitrary<T>, change: (value: T, parts: Parts) => Partial<Parts>) =>
    fc
      .tuple(allowed, values)
      .map(([parts, value]) => ({ ...put(operation, { ...parts, ...change(value, parts) }), mistake }));

  const kinds = parameters.flatMap((parameter) => {
    const { name, schema } = parameter;
    const texts = forbiddenTexts(schema)?.filter((text) => canBeSent(parameter, text));
    if (texts === undefined) return [];
    return wrong(`a forbidden ${name}`, texts, (text, parts) => ({
      parameters: { ...parts.parameters, [name]: text },
    }));
  });
  if (security !== undefined) {
    const tokens = options.tokens(security).wrong.map((token) => `Bearer ${token}`);
    const values = fc.constantFrom(undefined, 'Bearer', 'Bearer nonsense', 'Basic dTpw', ...tokens);
    kinds.push(wrong('not authorised', values, (authorization) => ({ authorization })));
  }
  if (body !== undefined) {
    const values = forbiddenValues(body, options.examples).map((value) => JSON.stringify(value));
    const types = fc.constantFrom('text/plain', 'application/x-www-form-urlencoded', 'application/jsonp');
    const noJson = fc.constantFrom(undefined, '', '{', '[1,]', "{'a':1}", 'undefined');
    kinds.push(wrong('a forbidden body', values, (text) => ({ body: text })));
    kinds.push(wrong('a body of another type', types, (contentType) => ({ contentType })));
    kinds.push(wrong('no JSON', noJson, (text) => ({ body: text })));
  }
  if (unlisted.length > 0) {
    const methods = fc.constantFrom(...unlisted);
    kinds.push(wrong('a method that is not listed', methods, (method) => ({ method, body: undefined })));
  }
  return fc.oneof(...kinds);
}

function partsOf({ method, parameters, security, body }: Operation, options: RequestOptions): Arbitrary<Parts> {
  const { examples = {}, tokens } = options;
  const values = parameters.map((parameter) => {
    const texts = allowedFor(parameter.name, parameter.schema, examples).map(String);
    return [parameter.name, texts.filter((text) => canBeSent(parameter, text))] as const;
  });
  const requiredKeys = parameters.filter(({ required }) => required === true).map(({ name }) => name);
  const credentials = security === undefined ? [undefined] : tokens(security).right.map((token) => `Bearer ${token}`);
  return fc.record({
    method: fc.constant(method),
    parameters: fc.record(Object.fromEntries(values), { requiredKeys }) as Arbitrary<Record<string, string>>,
    authorization: fc.constantFrom(...credentials),
    contentType: fc.constantFrom('application/json', 'application/json; charset=utf-8', 'Application/JSON'),
    body:
      body === undefined ? fc.constant(undefined) : allowedValues(body, examples).map((value) => JSON.stringify(value)),
  });
}

/** A client cannot send every text: some would be another path, others are no value of a header field. */
function canBeSent(parameter: Parameter, text: string): boolean {
  if (parameter.in === 'path') return text.isWellFormed() && !/^(\.{0,2}|[a-z]+)$/.test(text);
  if (parameter.in === 'header') return /^[\t -~\x80-\xff]*$/.test(text) && text.trim() === text && text !== '';
  return text.isWellFormed();
}

function put(operation: Operation, { method, parameters, authorization, contentType, body }: Parts): GeneratedRequest {
  const within = (place: Parameter['in']) =>
    operation.parameters.flatMap(({ name, in: own }): [string, string][] => {
      const value = parameters[name];
      return own === place && value !== undefined ? [[name, value]] : [];
    });
  const inPath = new Map(within('path'));
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(inPath.get(name) ?? ''));
  const query = new URLSearchParams(within('query'));
  return {
    operation: operation.name,
    method,
    target: query.size === 0 ? path : `${path}?${query.toString()}`,
    headers: {
      ...Object.fromEntries(within('header')),
      ...(authorization === undefined ? {} : { authorization }),
      ...(body === undefined ? {} : { 'content-type': contentType }),
    },
    body,
  };
}
