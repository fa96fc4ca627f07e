import fc, { type Arbitrary } from 'fast-check';
import { allowedFor, allowedValues, isAllowedText, range, type Examples } from './allowed-values.ts';
import type { JsonSchema } from './document.ts';

/** JSON values that a schema forbids, each for one reason. */
export function forbiddenValues(schema: JsonSchema, examples: Examples = {}): Arbitrary<unknown> {
  const kinds = [ofAnotherType(schema), ...forbiddenByKind(schema, examples)];
  return fc.oneof(...kinds);
}

/** Texts that are forbidden where a parameter with this schema stands; `undefined` when there are no such texts. */
export function forbiddenTexts(schema: JsonSchema): Arbitrary<string> | undefined {
  if (schema.type === 'integer') {
    const { min, max } = range(schema);
    // What JavaScript reads as a number all the same.
    const written = ['', '1e1', '0x10', '0b1', '1_0', '1.0', '+1', '-0', 'NaN', 'Infinity', '%201', '1%20', '１'];
    const outside = fc.integer().filter((number) => number < min || number > max);
    return fc.oneof(
      fc.constantFrom(...written),
      outside.map(String),
      fc
        .double()
        .map(String)
        .filter((text) => !/^\d+$/.test(text)),
    );
  }
  const kinds = forbiddenStrings(schema);
  return kinds.length === 0 ? undefined : fc.oneof(...kinds);
}

function forbiddenByKind(schema: JsonSchema, examples: Examples): Arbitrary<unknown>[] {
  const { type, minItems = 0, items = {} } = schema;
  if (type === 'string') return forbiddenStrings(schema);
  if (type === 'integer') {
    const { min, max } = range(schema);
    return [fc.double().filter((number) => !(Number.isInteger(number) && number >= min && number <= max))];
  }
  if (type === 'array') {
    const mistaken = fc.tuple(
      forbiddenValues(items, examples),
      fc.array(allowedValues(items, examples), { maxLength: 2 }),
    );
    const tooFew = fc.array(allowedValues(items, examples), { maxLength: minItems - 1 });
    return [mistaken.map(([wrong, others]) => [...others, wrong]), ...(minItems > 0 ? [tooFew] : [])];
  }
  return type === 'object' ? forbiddenObjects(schema, examples) : [];
}

const letter = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz');

/** Of plain characters, so that no trimming or normalisation turns them into what is allowed. */
function forbiddenStrings(schema: JsonSchema): Arbitrary<string>[] {
  const { minLength = 0, maxLength, pattern } = schema;
  const letters = (from: number, to: number) => fc.string({ unit: letter, minLength: from, maxLength: to });
  if (schema.enum !== undefined) return [letters(1, 20).filter((text) => schema.enum?.includes(text) === false)];
  return [
    ...(minLength > 0 ? [letters(0, minLength - 1)] : []),
    ...(maxLength === undefined ? [] : [letters(maxLength + 1, maxLength + 50)]),
    ...(pattern === undefined
      ? []
      : [fc.string({ unit: 'binary-ascii' }).filter((text) => !isAllowedText({ pattern }, text.trim()))]),
  ];
}

function forbiddenObjects(schema: JsonSchema, examples: Examples): Arbitrary<unknown>[] {
  const { properties = {}, required = [], additionalProperties, minProperties = 0, dependentRequired = {} } = schema;
  const allowed = allowedValues(schema, examples) as Arbitrary<Record<string, unknown>>;
  const without = (name: string) => allowed.map(({ [name]: _, ...others }) => others);
  const alone = ([name, needed]: [string, readonly string[]]) =>
    fc
      .tuple(allowed, allowedFor(name, properties[name] ?? {}, examples), fc.constantFrom(...needed))
      .map(([value, own, missing]) => {
        const { [missing]: _, ...others } = value;
        return { ...others, [name]: own };
      });
  const withMistake = ([name, property]: [string, JsonSchema]) =>
    fc.tuple(allowed, forbiddenValues(property, examples)).map(([value, wrong]) => ({ ...value, [name]: wrong }));
  const isNew = (name: string) => !Object.hasOwn(properties, name) && name !== '__proto__';
  const more = fc.tuple(allowed, fc.string({ minLength: 1 }).filter(isNew), fc.jsonValue());
  return [
    ...required.map(without),
    ...Object.entries(dependentRequired).map(alone),
    ...Object.entries(properties).map(withMistake),
    ...(additionalProperties === false ? [more.map(([value, name, extra]) => ({ ...value, [name]: extra }))] : []),
    ...(minProperties > 0 ? [fc.constant({})] : []),
  ];
}

/** `undefined` is none: it would leave a property out, which may be allowed. */
function ofAnotherType({ type }: JsonSchema): Arbitrary<unknown> {
  const others = {
    string: fc.string({ minLength: 1 }),
    integer: fc.integer(),
    boolean: fc.boolean(),
    array: fc.array(fc.jsonValue(), { maxLength: 2 }),
    object: fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue(), { maxKeys: 2 }),
  };
  const kinds = Object.entries(others).flatMap(([name, values]) =>
    name === type ? [] : [values as Arbitrary<unknown>],
  );
  return fc.oneof(fc.constant(null), ...kinds);
}
