/**
 * The bytes of canonical base64url (RFC 4648, section 5) without padding; `undefined` for anything else.
 * Node decodes leniently, so that one token could be written in several ways.
 */
export function decodeBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return text !== '' && bytes.toString('base64url') === text ? bytes : undefined;
}
