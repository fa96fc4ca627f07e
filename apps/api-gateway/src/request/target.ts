import { AppError } from '@evenkeel/errors';

/** Where a request goes: a normalised path, and the query as it came (`''` or from its `?` on). */
export interface Target {
  path: string;
  query: string;
}

/**
 * Reads a request target (RFC 9112, section 3.2) so that the gateway and the service behind cannot understand two
 * different paths: percent-encodings of unreserved characters are decoded (RFC 3986, section 6.2.2.2), and what could be
 * read in two ways is refused.
 * @param host the value of `Host`, which an absolute target must agree with.
 * @throws AppError `bad_request`
 */
export function readTarget(target: string, host: string | undefined): Target {
  const absolute = /^https?:\/\/([^/?#]*)(.*)$/i.exec(target);
  if (absolute !== null && !sameAuthority(absolute[1], host)) refuse('The request target does not match Host.');
  const local = absolute === null ? target : (absolute[2] ?? '');
  const rooted = absolute !== null && !local.startsWith('/') ? `/${local}` : local;
  const [, rawPath = '', query = ''] = /^([^?]*)(\?.*)?$/s.exec(rooted) ?? [];

  if (!rawPath.startsWith('/')) refuse('The request target must be a path.');
  if (!/^[!-~]*$/.test(rooted)) refuse('The target must be ASCII: percent-encode the rest.');
  if (rooted.includes('#')) refuse('The target must not have a fragment.');
  if (rawPath.includes('\\') || /%5c/i.test(rawPath)) refuse('The path must not have a backslash in it.');
  if (/%2f/i.test(rawPath)) refuse('The path must not have an encoded slash in it.');
  if (/%(?![0-9a-f]{2})/i.test(rawPath)) refuse('The path is not encoded correctly.');
  if (/%([01][0-9a-f]|7f)/i.test(rawPath)) refuse('The path must not have control characters in it.');
  const path = rawPath.replaceAll(/%[0-9a-f]{2}/gi, decodeUnreserved);
  if (path.includes('//')) refuse('The path must not have empty segments.');
  // Some servers cut a segment's parameters off (`..;x`) before they look at it.
  if (path.split('/').some((segment) => /^\.{1,2}(;|$)/.test(segment))) refuse('The path must not have . or .. in it.');
  return { path, query };
}

function refuse(message: string): never {
  throw new AppError('bad_request', message);
}

function decodeUnreserved(encoded: string): string {
  const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
  return /[\w.~-]/.test(character) ? character : encoded.toUpperCase();
}

function sameAuthority(authority: string | undefined, host: string | undefined): boolean {
  const withoutPort = (text = '') => text.toLowerCase().replace(/:80$/, '');
  return withoutPort(authority) === withoutPort(host);
}
