import { AppError } from '@evenkeel/errors';

/** Refuses passwords that are guessed first; their length is the schema's business. */
export interface PasswordPolicy {
  /** Throws `invalid_request` that names `field`. */
  check(password: string, email: string, field: string): Promise<void>;
}

/**
 * A password must be neither among the common ones (the 49,000 most frequent ones of leaked lists) nor the email.
 * The list is loaded when it is first needed: it is large, and many processes never see a new password.
 */
export function createPasswordPolicy(): PasswordPolicy {
  let common: Promise<ReadonlySet<string>> | undefined;
  return {
    async check(password, email, field) {
      common ??= loadCommonPasswords();
      const candidate = password.toLowerCase();
      const names = [email, email.slice(0, email.indexOf('@'))];
      if (!names.includes(candidate) && !(await common).has(candidate)) return;
      throw new AppError('invalid_request', 'The password is too easy to guess.', {
        errors: [{ path: field, message: 'is one of the most common passwords; choose another one' }],
      });
    },
  };
}

async function loadCommonPasswords(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return new Set(dictionary['passwords-common'].map(String));
}
