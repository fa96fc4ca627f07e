import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Description, DocumentedResponse } from './document.ts';

export interface ReceivedResponse {
  status: number;
  headers: Headers;
  text: string;
}

/** Tells what is wrong with the response of an operation; nothing when it is as documented. */
export type CheckResponse = (method: string, path: string, response: ReceivedResponse) => string[];

/** Header fields that a description must declare where they are sent. */
const declared = ['ETag', 'Location', 'Retry-After', 'Idempotency-Replayed'];

/** Holds responses to a description: the status is listed, the header fields and the body are as they are described. */
export function responseChecker(description: Description): CheckResponse {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(description, 'api');
  const validators = new Map<string, ValidateFunction>();

  function validatorOf(pointer: string): ValidateFunction {
    const validator = validators.get(pointer) ?? ajv.compile({ $ref: `api#${pointer}` });
    validators.set(pointer, validator);
    return validator;
  }

  return (method, path, { status, headers, text }) => {
    const key = method.toLowerCase();
    const documented = description.paths[path]?.[key]?.responses[String(status)];
    if (documented === undefined) return [`the status ${String(status)} is not documented`];
    const place = `/paths/${escape(path)}/${key}/responses/${String(status)}`;
    return [...wrongHeaders(documented, headers), ...wrongBody(documented, place, headers, text)];
  };

  function wrongBody({ content }: DocumentedResponse, place: string, headers: Headers, text: string): string[] {
    if (content === undefined) return text === '' ? [] : ['there must be no body'];
    const [type = ''] = (headers.get('content-type') ?? '').split(';');
    if (!Object.hasOwn(content, type)) return [`the content type ${type} is not documented`];
    const validate = validatorOf(`${place}/content/${escape(type)}/schema`);
    if (validate(JSON.parse(text))) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `body${instancePath} ${message ?? ''}`);
  }
}

/**
 * Throws for a response that is not as the description of its operation says, whatever the request was.
 * What the description has no operation for passes.
 */
export function assertDocumented(
  openapi: () => object,
): (method: string, target: string, response: ReceivedResponse) => void {
  let description: Description | undefined;
  let mistakesIn: CheckResponse | undefined;
  return (method, target, response) => {
    description ??= openapi() as Description;
    mistakesIn ??= responseChecker(description);
    const [bare = ''] = target.split('?');
    const path = Object.keys(description.paths)
      .filter((template) => new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(bare))
      // A path without parameters comes before one with some that matches it, too.
      .sort((one, other) => Number(one.includes('{')) - Number(other.includes('{')))[0];
    if (path === undefined || response.status === 405) return;
    const mistakes = mistakesIn(method, path, response);
    if (mistakes.length > 0)
      throw new Error(`${method} ${target}: ${mistakes.join('; ')}: ${response.text.slice(0, 500)}`);
  };
}

function wrongHeaders({ headers: documented = {} }: DocumentedResponse, headers: Headers): string[] {
  return declared.flatMap((name) => {
    const value = headers.get(name);
    const header = documented[name];
    if (value === null) return header?.required === true ? [`there is no ${name}`] : [];
    if (header === undefined) return [`${name} is not documented`];
    const { pattern } = header.schema;
    return pattern === undefined || new RegExp(pattern, 'u').test(value) ? [] : [`${name} is ${value}`];
  });
}

function escape(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}
