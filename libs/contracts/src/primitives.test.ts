import { describe, expect, it } from 'vitest';
import { emailSchema, nameSchema, newPasswordSchema, passwordSchema, presentedEmailSchema } from './primitives.ts';

describe('emailSchema', () => {
  it('puts an address into the form in which it is compared', () => {
    expect(emailSchema.parse('  Ada@Example.COM ')).toBe('ada@example.com');
  });

  it.each([
    ['ivan@xn--80a1acny.xn--p1ai', 'ivan@xn--80a1acny.xn--p1ai'],
    ['Ivan@ПОЧТА.рф', 'ivan@xn--80a1acny.xn--p1ai'],
    ['ivan@XN--80A1ACNY。xn--p1ai', 'ivan@xn--80a1acny.xn--p1ai'],
    ['jane/doe@example.com', 'jane/doe@example.com'],
    ["a&b=c!#$%*+/?^_`{|}~.'-@example.com", "a&b=c!#$%*+/?^_`{|}~.'-@example.com"],
    ['.a..b.@a-b.example', '.a..b.@a-b.example'],
    ['root@localhost', 'root@localhost'],
  ])('accepts what browsers do: %j', (text, compared) => {
    expect(emailSchema.parse(text)).toBe(compared);
    expect(presentedEmailSchema.parse(text)).toBe(compared);
  });

  it.each([
    'two@at@example.com',
    'a b@example.com',
    'иван@example.com',
    'a@example.com.',
    'a@-example.com',
    'a@example..com',
    'a@exa_mple.com',
    '"a"@example.com',
    'a@[192.0.2.1]',
    // What a URL would cut off or decode.
    'a@почта.рф/b',
    'a@почта.рф:80',
    'a@поч%74а.рф',
    'a@поч\tта.рф',
    // No k: the Kelvin sign.
    '\u212aing@example.com',
  ])('refuses what browsers do: %j', (text) => {
    expect(emailSchema.safeParse(text).success).toBe(false);
  });

  it.each([
    ...['', 'ada', 'ada@', 'a\u0000da@example.com', `${'a'.repeat(250)}@example.com`],
    ...['a\ud800@example.com', 'ada@ex\udc00ample.com', 'a\u200bda@example.com', 'a\u202eda@example.com'],
  ])('refuses %j', (text) => {
    expect(emailSchema.safeParse(text).success).toBe(false);
  });
});

describe('nameSchema', () => {
  it('accepts real names', () => {
    const names = ["Robert'); DROP TABLE users;--", 'Łucja', '李小龍', "O'Brien", 'علی\u200cرضا', '👩\u200d🚀', '𠮷'];
    for (const name of names) expect(nameSchema.parse(name)).toBe(name);
  });

  it.each(['', '   ', 'a\u0000b', 'a\nb', 'x'.repeat(201)])('refuses %j', (text) => {
    expect(nameSchema.safeParse(text).success).toBe(false);
  });

  it.each([
    ['zero-width spaces', '\u200b\u200b'],
    ['joiners and marks of direction', '\u200d\u200e\u2060'],
    ['a combining mark without a letter', '\u0301'],
    ['letters that fill a place', '\u3164\u115f\uffa0'],
    ['a blank of Braille', '\u2800'],
    ['a variation selector and tags', '\ufe0f\u{e0041}'],
  ])('refuses a name of %s, which nobody sees', (_what, text) => {
    expect(nameSchema.safeParse(text).success).toBe(false);
  });

  it.each([
    ['an override of direction', 'Ada\u202enimda'],
    ['an isolate', '\u2066Ada\u2069'],
    ['an embedding', 'Ada\u202a'],
    ['a line separator', 'Ada\u2028Admin'],
    ['a C1 control character', 'Ada\u0085'],
    ['a lone surrogate', 'Ada\ud800'],
    ['half a pair in the wrong order', '\udc00\ud800Ada'],
  ])('refuses %s', (_what, text) => {
    expect(nameSchema.safeParse(text).success).toBe(false);
  });

  it('is one name, however it was typed, and as long as it looks', () => {
    expect(nameSchema.parse('Zoe\u0308')).toBe('Zo\u00eb');
    expect(nameSchema.parse('e\u0301'.repeat(200))).toBe('\u00e9'.repeat(200));
    expect(nameSchema.parse('𠮷'.repeat(200))).toHaveLength(400);
    expect(nameSchema.safeParse('𠮷'.repeat(201)).success).toBe(false);
  });
});

describe.each([
  ['newPasswordSchema', newPasswordSchema],
  ['passwordSchema', passwordSchema],
])('%s', (_name, schema) => {
  it('is the same however its characters were typed', () => {
    expect(schema.parse('cafe\u0301 noir')).toBe('caf\u00e9 noir');
    expect(schema.parse('\u1112\u1161\u11ab'.repeat(8))).toBe('\ud55c'.repeat(8));
  });

  it('counts characters after that, so that 128 of them can be typed either way', () => {
    const composed = '\u00e9'.repeat(128);
    expect(schema.parse(composed)).toBe(composed);
    expect(schema.parse(composed.normalize('NFD'))).toBe(composed);
    expect(schema.parse('🙂'.repeat(128))).toHaveLength(256);
    expect(schema.safeParse('🙂'.repeat(129)).success).toBe(false);
    expect(schema.safeParse('x'.repeat(90_000)).success).toBe(false);
  });

  it.each(['\ud800'.repeat(8), `correct horse\udfff`, '\ude42\ud83d longer'])('refuses lone surrogates: %j', (text) => {
    expect(schema.safeParse(text).success).toBe(false);
  });
});

describe('newPasswordSchema', () => {
  it.each([
    ['four decomposed letters', 'e\u0301'.repeat(4)],
    ['four emoji', '🙂'.repeat(4)],
    ['seven letters', 'abcdefg'],
    ['a control character', 'correct\u0000horse'],
    ['a C1 control character', 'correct\u0085horse'],
  ])('refuses %s', (_what, text) => {
    expect(newPasswordSchema.safeParse(text).success).toBe(false);
  });

  it('changes nothing in spaces, capitals and compatibility characters, which count', () => {
    for (const text of ['  spaces around  ', 'Ångström ℌ ﬁ', '８ｗｉｄｅ ｌｅｔ', 'non\u00a0breaking'])
      expect(newPasswordSchema.parse(text)).toBe(text.normalize('NFC'));
  });
});

describe('passwordSchema', () => {
  it('takes whatever may once have been chosen', () => {
    for (const text of ['🙂'.repeat(4), 'before\u0000after', 'x']) expect(passwordSchema.parse(text)).toBe(text);
    expect(passwordSchema.safeParse('').success).toBe(false);
  });
});
