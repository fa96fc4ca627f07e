import fc, { type Arbitrary } from 'fast-check';
import type { JsonSchema } from './document.ts';

/** Values that are known to mean something, such as an id that exists, by the name of their property or parameter. */
export type Examples = Readonly<Record<string, readonly unknown[]>>;

/** Values that a schema allows. Throws for a keyword that it does not know: ignoring one would allow too much. */
export function allowedValues(schema: JsonSchema, examples: Examples = {}): Arbitrary<unknown> {
  assertKnown(schema);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case 'string':
      return strings(schema);
    case 'integer':
      return fc.integer(range(schema));
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(allowedValues(schema.items ?? {}, examples), {
        minLength: schema.minItems ?? 0,
        maxLength: (schema.minItems ?? 0) + 3,
      });
    case 'object':
      return objects(schema, examples);
    default:
      throw new Error(`nothing is generated for ${JSON.stringify(schema)} yet`);
  }
}

/** Values for what has this name: half of them are examples, where there are any. */
export function allowedFor(name: string, schema: JsonSchema, examples: Examples): Arbitrary<unknown> {
  const known = Object.hasOwn(examples, name) ? (examples[name] ?? []) : [];
  const generated = allowedValues(schema, examples);
  return known.length === 0 ? generated : fc.oneof(fc.constantFrom(...known), generated);
}

/** Whether a text is one that the schema allows. */
export function isAllowedText({ pattern, minLength = 0, maxLength = Infinity }: JsonSchema, text: string): boolean {
  const length = [...text].length;
  return length >= minLength && length <= maxLength && (pattern === undefined || new RegExp(pattern, 'u').test(text));
}

/** The bounds of an integer, as fast-check takes them. */
export function range({ minimum = -0x8000_0000, maximum = 0x7fff_ffff }: JsonSchema): { min: number; max: number } {
  // zod names the limits of safe integers where a schema names none.
  return { min: Math.max(minimum, -0x8000_0000), max: Math.min(maximum, 0x7fff_ffff) };
}

function strings(schema: JsonSchema): Arbitrary<string> {
  const { pattern, format, minLength = 0, maxLength = minLength + 50 } = schema;
  if (format === 'email') return fc.emailAddress().filter((text) => isAllowedText(schema, text));
  const lengths = { minLength, maxLength: Math.min(maxLength, minLength + 200) };
  const any = fc.oneof(
    fc.string(lengths),
    fc.string({ unit: 'grapheme', ...lengths }),
    fc.string({ unit: 'binary', ...lengths }),
  );
  // A pattern that forbids a few characters is met by nearly any text; one that asks for a form must be followed.
  const matching =
    pattern === undefined || /^\^\[\^[^\]]*\]\*\$$/.test(pattern) ? any : fc.stringMatching(new RegExp(pattern));
  return matching.filter((text) => isAllowedText(schema, text));
}

function objects(schema: JsonSchema, examples: Examples) {
  const { properties = {}, required = [], minProperties = 0, dependentRequired = {} } = schema;
  const values = Object.entries(properties).map(([name, property]) => [name, allowedFor(name, property, examples)]);
  const isWhole = (value: object) =>
    Object.entries(dependentRequired).every(
      ([name, needed]) => !Object.hasOwn(value, name) || needed.every((other) => Object.hasOwn(value, other)),
    );
  return fc
    .record(Object.fromEntries(values) as Record<string, Arbitrary<unknown>>, { requiredKeys: [...required] })
    .filter((value) => Object.keys(value).length >= minProperties && isWhole(value));
}

const known = new Set(
  ['type', 'enum', 'pattern', 'format', 'minLength', 'maxLength', 'minimum', 'maximum', 'items', 'minItems']
    .concat('properties', 'required', 'additionalProperties', 'minProperties', 'dependentRequired')
    .concat('default', 'description', 'example', 'title'),
);

function assertKnown(schema: JsonSchema): void {
  const unknown = Object.keys(schema).filter((keyword) => !known.has(keyword));
  if (unknown.length > 0) throw new Error(`${unknown.join(', ')} in ${JSON.stringify(schema)} is not known here`);
}
