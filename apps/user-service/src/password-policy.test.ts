import { expect, it } from 'vitest';
import { createPasswordPolicy } from './password-policy.ts';

const policy = createPasswordPolicy();
const check = (password: string) => policy.check(password, 'ada.lovelace@example.com', 'password');

it.each(['password', 'PASSWORD', '12345678', 'qwertyuiop', 'iloveyou', 'ada.lovelace@example.com', 'Ada.Lovelace'])(
  '%s is refused',
  async (password) => {
    await expect(check(password)).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'password' }],
    });
  },
);

it.each(['correct horse battery', 'vQ8!fmw2LxPz', 'constructor', '__proto__'])('%s is taken', async (password) => {
  await expect(check(password)).resolves.toBeUndefined();
});
