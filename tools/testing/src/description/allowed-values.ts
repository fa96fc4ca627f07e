import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc, { type Arbitrary } from 'fast-check';
import type { JsonSchema } from './document.ts';

/** Values that are known to mean something, such as an id that exists, by the name of their property or parameter. */
export type Examples = Readonly<Record<string, readonly unknown[]>>;

const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);

/** Whether a schema allows a value. What is generated is held to this, so that the generators need not know every rule. */
export function isAllowed(schema: JsonSchema, value: unknown): boolean {
  return ajv.validate(schema, value);
}

/** Values that a schema allows. */
export function allowedValues(schema: JsonSchema, examples: Examples = {}): Arbitrary<unknown> {
  return valuesOfType(schema, examples).filter((value) => isAllowed(schema, value));
}

/** Values for what has this name: half of them are examples, where there are any. */
export function allowedFor(name: string, schema: JsonSchema, examples: Examples): Arbitrary<unknown> {
  const known = Object.hasOwn(examples, name) ? (examples[name] ?? []) : [];
  const generated = allowedValues(schema, examples);
  return known.length === 0 ? generated : fc.oneof(fc.constantFrom(...known), generated);
}

function valuesOfType(schema: JsonSchema, examples: Examples): Arbitrary<unknown> {
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case 'string':
      return strings(schema);
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -0x8000_0000, max: schema.maximum ?? 0x7fff_ffff });
    case 'boolean':
      return fc.boolean();
    case 'array': {
      const { items = {}, minItems = 0 } = schema;
      return fc.array(allowedValues(items, examples), { minLength: minItems, maxLength: minItems + 3 });
    }
    case 'object': {
      const { properties = {}, required = [] } = schema;
      const values = Object.entries(properties).map(([name, property]) => [name, allowedFor(name, property, examples)]);
      return fc.record(Object.fromEntries(values) as Record<string, Arbitrary<unknown>>, {
        requiredKeys: [...required],
      });
    }
    default:
      throw new Error(`nothing is generated for ${JSON.stringify(schema)} yet`);
  }
}

function strings({ pattern, format, minLength = 0, maxLength = minLength + 50 }: JsonSchema): Arbitrary<string> {
  if (format === 'email') return fc.emailAddress();
  // A pattern that forbids a few characters is met by nearly any text; one that asks for a form must be followed.
  if (pattern !== undefined && !/^\^\[\^[^\]]*\]\*\$$/.test(pattern)) return fc.stringMatching(new RegExp(pattern));
  const lengths = { minLength, maxLength: Math.min(maxLength, minLength + 200) };
  return fc.oneof(
    fc.string(lengths),
    fc.string({ unit: 'grapheme', ...lengths }),
    fc.string({ unit: 'binary', ...lengths }),
  );
}
