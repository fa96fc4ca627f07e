import { describe, expect, it } from 'vitest';
import { emailSchema, nameSchema, presentedEmailSchema } from './primitives.ts';

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

  it.each(['', 'ada', 'ada@', 'a\u0000da@example.com', `${'a'.repeat(250)}@example.com`])('refuses %j', (text) => {
    expect(emailSchema.safeParse(text).success).toBe(false);
  });
});

describe('nameSchema', () => {
  it('takes the names that people have', () => {
    for (const name of ["Robert'); DROP TABLE users;--", 'Łucja', '李小龍', "O'Brien"])
      expect(nameSchema.parse(name)).toBe(name);
  });

  it.each(['', '   ', 'a\u0000b', 'a\nb', 'x'.repeat(201)])('refuses %j', (text) => {
    expect(nameSchema.safeParse(text).success).toBe(false);
  });
});
