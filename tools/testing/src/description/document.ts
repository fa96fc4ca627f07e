/** The part of JSON Schema that descriptions of requests are made of. */
export interface JsonSchema {
  $ref?: string;
  type?: 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object' | undefined;
  enum?: readonly unknown[];
  pattern?: string;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  items?: JsonSchema;
  minItems?: number;
  properties?: Record<string, JsonSchema>;
  required?: readonly string[];
  additionalProperties?: boolean;
  minProperties?: number;
  dependentRequired?: Record<string, readonly string[]>;
}

export interface Parameter {
  in: 'path' | 'query' | 'header';
  name: string;
  required?: boolean;
  schema: JsonSchema;
}

/** A response as it is documented. */
export interface DocumentedResponse {
  headers?: Record<string, { required?: boolean; schema: JsonSchema }>;
  content?: Record<string, unknown>;
}

interface DocumentedOperation {
  security?: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, DocumentedResponse>;
}

/** The part of an OpenAPI document that tests read. */
export interface Description {
  paths: Record<string, Record<string, DocumentedOperation>>;
}

/** One operation of a description. */
export interface Operation {
  /** `POST /users/{id}` */
  name: string;
  /** In capitals. */
  method: string;
  path: string;
  /** The kind of token that it needs, and what that must allow. */
  security: { scheme: string; needs: readonly string[] } | undefined;
  parameters: readonly Parameter[];
  body: JsonSchema | undefined;
}

export function operationsOf(description: Description): Operation[] {
  return Object.entries(description.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([key, { security = [], parameters = [], requestBody }]) => {
      const [token] = Object.entries(security[0] ?? {});
      const method = key.toUpperCase();
      return {
        ...{ name: `${method} ${path}`, method, path, parameters },
        security: token && { scheme: token[0], needs: token[1] },
        body: requestBody?.content['application/json']?.schema,
      };
    }),
  );
}
