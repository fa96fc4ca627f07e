import fc, { type Arbitrary } from 'fast-check';
import { allowedFor, allowedValues, type Examples } from './allowed-values.ts';
import type { JsonSchema, Operation, Parameter } from './document.ts';
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
  const allowed = partsOf(operation, options);
  const wrong = <T>(mistake: string, values: Arbitrary<T>, change: (value: T) => Partial<Parts>) =>
    fc.tuple(allowed, values).map(([parts, value]) => ({ ...put(operation, { ...parts, ...change(value) }), mistake }));

  const kinds = operation.parameters.flatMap((parameter) => {
    const texts = forbiddenTexts(parameter.schema)?.filter((text) => canBeSent(parameter, text));
    if (texts === undefined) return [];
    return fc.tuple(allowed, texts).map(([parts, text]) => ({
      ...put(operation, { ...parts, parameters: { ...parts.parameters, [parameter.name]: text } }),
      mistake: `a forbidden ${parameter.name}`,
    }));
  });
  if (operation.security !== undefined) {
    const tokens = options.tokens(operation.security).wrong.map((token) => `Bearer ${token}`);
    const values = fc.constantFrom(undefined, 'Bearer', 'Bearer nonsense', 'Basic dTpw', ...tokens);
    kinds.push(wrong('not authorised', values, (authorization) => ({ authorization })));
  }
  if (operation.body !== undefined) {
    const values = forbiddenValues(operation.body, options.examples).map((value) => JSON.stringify(value));
    kinds.push(wrong('a forbidden body', values, (body) => ({ body })));
    kinds.push(
      wrong(
        'a body of another type',
        fc.constantFrom('text/plain', 'application/x-www-form-urlencoded', 'application/jsonp'),
        (contentType) => ({ contentType }),
      ),
    );
    kinds.push(
      wrong('no JSON', fc.constantFrom(undefined, '', '{', '[1,]', "{'a':1}", 'undefined'), (body) => ({ body })),
    );
  }
  if (unlisted.length > 0) {
    kinds.push(
      fc.tuple(allowed, fc.constantFrom(...unlisted)).map(([{ body: _, ...parts }, method]) => ({
        ...put(operation, { ...parts, body: undefined }),
        method,
        mistake: 'a method that is not listed',
      })),
    );
  }
  return fc.oneof(...kinds);
}

function partsOf({ parameters, security, body }: Operation, options: RequestOptions): Arbitrary<Parts> {
  const { examples = {} } = options;
  const values = parameters.map((parameter) => {
    const texts = allowedFor(parameter.name, parameter.schema, examples).map(String);
    return [parameter.name, texts.filter((text) => canBeSent(parameter, text))] as const;
  });
  const required = parameters.filter((parameter) => parameter.required === true).map(({ name }) => name);
  return fc.record({
    parameters: fc.record(Object.fromEntries(values), { requiredKeys: required }) as Arbitrary<Record<string, string>>,
    authorization:
      security === undefined
        ? fc.constant(undefined)
        : fc.constantFrom(...options.tokens(security).right).map((token) => `Bearer ${token}`),
    contentType: fc.constantFrom('application/json', 'application/json; charset=utf-8', 'Application/JSON'),
    body: body === undefined ? fc.constant(undefined) : jsonOf(body, examples),
  });
}

function jsonOf(schema: JsonSchema, examples: Examples): Arbitrary<string> {
  return allowedValues(schema, examples).map((value) => JSON.stringify(value));
}

/** A client cannot send every text: some would be another path, others are no value of a header field. */
function canBeSent(parameter: Parameter, text: string): boolean {
  if (parameter.in === 'path') return text.isWellFormed() && !/^(\.{0,2}|[a-z]+)$/.test(text);
  if (parameter.in === 'header') return /^[\t -~\x80-\xff]*$/.test(text) && text.trim() === text && text !== '';
  return text.isWellFormed();
}

function put(operation: Operation, { parameters, authorization, contentType, body }: Parts): GeneratedRequest {
  const given = operation.parameters.filter(({ name }) => parameters[name] !== undefined);
  const valueOf = (name: string) => parameters[name] ?? '';
  const within = (place: Parameter['in']) => given.filter((parameter) => parameter.in === place);
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(valueOf(name)));
  const query = new URLSearchParams(within('query').map(({ name }) => [name, valueOf(name)]));
  return {
    operation: operation.name,
    method: operation.method.toUpperCase(),
    target: query.size === 0 ? path : `${path}?${query.toString()}`,
    headers: {
      ...Object.fromEntries(within('header').map(({ name }) => [name, valueOf(name)])),
      ...(authorization === undefined ? {} : { authorization }),
      ...(body === undefined ? {} : { 'content-type': contentType }),
    },
    body,
  };
}
