import fc, { type Arbitrary } from 'fast-check';
import { allowedValues, isAllowed, type Examples } from './allowed-values.ts';
import type { JsonSchema } from './document.ts';

/** JSON values that a schema forbids, each for one reason. */
export function forbiddenValues(schema: JsonSchema, examples: Examples = {}): Arbitrary<unknown> {
  const typeAlone = { type: schema.type };
  const ofAnotherType = fc.jsonValue({ maxDepth: 1 }).filter((value) => !isAllowed(typeAlone, value));
  const ofThisType = forbiddenOfType(schema, examples).map((values) => values.filter((one) => !isAllowed(schema, one)));
  return fc.oneof(ofAnotherType, ...ofThisType);
}

/** Texts that are forbidden where a parameter with this schema stands; `undefined` when there are no such texts. */
export function forbiddenTexts(schema: JsonSchema): Arbitrary<string> | undefined {
  if (schema.type === 'integer') {
    // What JavaScript reads as a number all the same.
    const written = ['', '1e1', '0x10', '0b1', '1_0', '1.0', '+1', '-0', 'NaN', 'Infinity', '%201', '1%20', '１'];
    const outside = fc.oneof(fc.integer(), fc.double()).filter((number) => !isAllowed(schema, number));
    return fc.oneof(fc.constantFrom(...written), outside.map(String));
  }
  const kinds = forbiddenStrings(schema);
  return kinds.length === 0 ? undefined : fc.oneof(...kinds);
}

function forbiddenOfType(schema: JsonSchema, examples: Examples): Arbitrary<unknown>[] {
  const { minItems = 0, items = {} } = schema;
  switch (schema.type) {
    case 'string':
      return forbiddenStrings(schema);
    case 'integer':
      return [fc.oneof(fc.integer(), fc.double())];
    case 'array': {
      const allowed = fc.array(allowedValues(items, examples), { maxLength: 2 });
      const mistaken = fc.tuple(allowed, forbiddenValues(items, examples)).map(([others, wrong]) => [...others, wrong]);
      return [mistaken, ...(minItems > 0 ? [fc.constant([])] : [])];
    }
    case 'object':
      return forbiddenObjects(schema, examples);
    default:
      return [];
  }
}

const letter = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz');

/** Of plain characters, so that no trimming or normalisation turns them into what is allowed. */
function forbiddenStrings(schema: JsonSchema): Arbitrary<string>[] {
  const { minLength = 0, maxLength, pattern } = schema;
  const letters = (from: number, to: number) => fc.string({ unit: letter, minLength: from, maxLength: to });
  if (schema.enum !== undefined) return [letters(1, 20).filter((text) => !isAllowed(schema, text))];
  return [
    ...(minLength > 0 ? [letters(0, minLength - 1)] : []),
    ...(maxLength === undefined ? [] : [letters(maxLength + 1, maxLength + 50)]),
    ...(pattern === undefined ? [] : [fc.string({ unit: 'binary-ascii' }).filter(isUnlike(pattern))]),
  ];
}

function isUnlike(pattern: string): (text: string) => boolean {
  const form = new RegExp(pattern, 'u');
  return (text) => !form.test(text.trim());
}

/** Changes one thing in what is allowed. */
function forbiddenObjects(schema: JsonSchema, examples: Examples): Arbitrary<unknown>[] {
  const { properties = {}, required = [], additionalProperties, minProperties = 0, dependentRequired = {} } = schema;
  const allowed = allowedValues(schema, examples) as Arbitrary<Record<string, unknown>>;
  const needed = new Set([...required, ...Object.values(dependentRequired).flat()]);
  const incomplete = [...needed].map((name) => allowed.map(({ [name]: _, ...others }) => others));
  const mistaken = Object.entries(properties).map(([name, property]) =>
    fc.tuple(allowed, forbiddenValues(property, examples)).map(([value, wrong]) => ({ ...value, [name]: wrong })),
  );
  const isNew = (name: string) => !Object.hasOwn(properties, name) && name !== '__proto__';
  const more = fc
    .tuple(allowed, fc.string({ minLength: 1 }).filter(isNew), fc.jsonValue())
    .map(([value, name, extra]) => ({ ...value, [name]: extra }));
  return [
    ...incomplete,
    ...mistaken,
    ...(additionalProperties === false ? [more] : []),
    ...(minProperties > 0 ? [fc.constant({})] : []),
  ];
}
