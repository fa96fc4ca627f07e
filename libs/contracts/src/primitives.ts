import { domainToASCII } from 'node:url';
import { z } from 'zod';

/**
 * Text that is displayed or compared: Unicode in normalisation form C, so that what looks the same is the same,
 * whichever keyboard it was typed on, and is counted so. Lone surrogates are refused: as UTF-8 they all become one character.
 */
const textSchema = () =>
  z
    .string()
    .refine((text) => text.isWellFormed(), { message: 'must be well-formed Unicode', abort: true })
    .normalize('NFC');

/** An id in the form in which it is made, compared and kept: a UUID in lower case. */
export const idSchema = z.uuid().toLowerCase();

/** The blank of Braille is a symbol that shows nothing; whatever else shows nothing can be ignored by default. */
const VISIBLE = /[[\p{L}\p{N}\p{P}\p{S}]--[\p{Default_Ignorable_Code_Point}\u2800]]/v;

/** A name in one line that can be seen. Characters that turn the direction of text could show another one than it is. */
export const nameSchema = textSchema()
  .trim()
  .min(1)
  .max(200)
  // eslint-disable-next-line no-control-regex -- control characters are what is refused here
  .regex(/^[^\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]*$/, 'must not contain control characters')
  .refine((name) => VISIBLE.test(name), 'must have a visible character')
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
  // A pipe is described by what goes in, which has lost the form of an email.
  .meta({ format: 'email', pattern: z.regexes.html5Email.source, example: 'ada@example.com' });

/** An email address at sign-in. A malformed one belongs to no account, so only its size is checked. */
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

/**
 * A new password, in the form of which a hash is made (RFC 8265, section 4.2, but that spaces stay as they
 * are: there are hashes with others). That it is not among the common ones is checked where it is kept.
 */
export const newPasswordSchema = textSchema()
  .min(8)
  .max(128)
  // eslint-disable-next-line no-control-regex -- control characters are what is refused here
  .regex(/^[^\u0000-\u001f\u007f-\u009f]*$/, 'must not contain control characters')
  .meta({ format: 'password', example: 'correct horse battery' });

/** A presented password: any that may once have been chosen. */
export const passwordSchema = textSchema()
  .min(1)
  .max(128)
  .meta({ format: 'password', example: 'correct horse battery' });
