import { z } from 'zod';

/** An id in the form in which it is made, compared and kept: a UUID in lower case. */
export const idSchema = z.uuid().toLowerCase();

/** Text that a person typed. PostgreSQL cannot hold NUL, and control characters have no place in a name. */
export const nameSchema = z
  .string()
  .trim()
  .min(1)
  .max(200)
  // eslint-disable-next-line no-control-regex -- control characters are what is refused here
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'must not contain control characters')
  .meta({ example: 'Ada Lovelace' });

/** An email address in the form in which it is compared and kept: trimmed and in lower case. */
export const emailSchema = z
  .string()
  .trim()
  .toLowerCase()
  .max(254)
  .pipe(z.email())
  // A pipe is described by what goes in, which has lost the form of an email.
  .meta({ format: 'email', pattern: z.regexes.email.source, example: 'ada@example.com' });

/** A password that somebody chooses, by length alone; that it is not among the common ones is checked where it is kept. */
export const newPasswordSchema = z
  .string()
  .min(8)
  .max(128)
  .meta({ format: 'password', example: 'correct horse battery' });

/** A password that somebody presents: any that may once have been chosen. */
export const passwordSchema = z.string().min(1).max(128).meta({ format: 'password', example: 'correct horse battery' });
