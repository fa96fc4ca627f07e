import { domainToASCII } from 'node:url';
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

/**
 * An email address as browsers accept it (HTML standard, `type=email`), in the form in which it is compared and kept:
 * trimmed, in lower case, an internationalised domain in its ASCII form (RFC 5890, A-labels).
 */
export const emailSchema = z
  .string()
  .overwrite(comparable)
  .max(254)
  .pipe(z.email({ pattern: z.regexes.html5Email }))
  .meta({ example: 'ada@example.com' });

/** An email address that somebody presents. A malformed one is nobody's, so only its size is looked at. */
export const presentedEmailSchema = z.string().overwrite(comparable).min(1).max(254);

/** Only ASCII becomes lower case: the Kelvin sign (U+212A) would turn into a `k`, which is another address. */
function comparable(text: string): string {
  const address = text.trim();
  const domainAt = address.lastIndexOf('@') + 1;
  return `${address.slice(0, domainAt)}${asciiDomain(address.slice(domainAt))}`.replace(/[A-Z]+/g, (capitals) =>
    capitals.toLowerCase(),
  );
}

/** What is no domain stays as it is; `domainToASCII` would cut it at a slash, and decode what follows a `%`. */
function asciiDomain(domain: string): string {
  const isInternational = /^(?=.*[^\0-\x7f])(?:[a-z0-9.-]|[^\0-\x7f])+$/iu.test(domain);
  return (isInternational && domainToASCII(domain)) || domain;
}

/** A password that somebody chooses, by length alone; that it is not among the common ones is checked where it is kept. */
export const newPasswordSchema = z
  .string()
  .min(8)
  .max(128)
  .meta({ format: 'password', example: 'correct horse battery' });

/** A password that somebody presents: any that may once have been chosen. */
export const passwordSchema = z.string().min(1).max(128).meta({ format: 'password', example: 'correct horse battery' });
