import { describe, expect, it } from 'vitest';
import { emailSchema, nameSchema } from './primitives.ts';

describe('emailSchema', () => {
  it('puts an address into the form in which it is compared', () => {
    expect(emailSchema.parse('  Ada@Example.COM ')).toBe('ada@example.com');
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
