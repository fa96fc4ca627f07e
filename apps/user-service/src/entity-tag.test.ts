import { describe, expect, it } from 'vitest';
import { checkIfMatch, isNotModified } from './entity-tag.ts';

describe('If-Match (RFC 9110, section 13.1.1)', () => {
  it.each([undefined, '*', ' * ', '"3"', '"2", "3"', '"2" ,\t"3" , "4"', 'W/"3", "3"', ', "3"', '"a,b", "3"', '"3",'])(
    '%j lets the change through',
    (field) => {
      expect(() => checkIfMatch(field, '"3"')).not.toThrow();
    },
  );

  it.each(['"2"', 'W/"3"', '""', '"33"', '"a,"', '"2", W/"3"'])('%j fails the condition', (field) => {
    expect(() => checkIfMatch(field, '"3"')).toThrow(expect.objectContaining({ code: 'precondition_failed' }));
  });

  it.each(['', '3', '"3', '"2" "3"', 'w/"3"', '*, "3"', '"3"x', "'3'"])('%j is no list of entity tags', (field) => {
    expect(() => checkIfMatch(field, '"3"')).toThrow(expect.objectContaining({ code: 'bad_request' }));
  });

  // One that takes exponential time does not end here at all.
  it.each([`"${'a'.repeat(20)}", `, '"a", , ', ', ', ' ,\t,', '  '])(
    'takes a time that grows with its length: %j',
    (part) => {
      const field = `"1"${part.repeat(400)}!`;
      expect(() => checkIfMatch(field, '"3"')).toThrow(expect.objectContaining({ code: 'bad_request' }));
    },
  );
});

it('If-None-Match compares weakly (section 13.1.2)', () => {
  for (const field of ['"3"', 'W/"3"', '"1", W/"3"', '*']) expect(isNotModified(field, '"3"'), field).toBe(true);
  for (const field of [undefined, '"1"', 'W/"33"']) expect(isNotModified(field, '"3"'), String(field)).toBe(false);
});
