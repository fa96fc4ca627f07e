import type { IncomingMessage } from 'node:http';
import { AppError } from '@evenkeel/errors';
import { isHost } from '@evenkeel/service';

/** Where a request goes: a normalised path, the query as it came (`''` or from its `?` on), and the host, if it is named. */
export interface Target {
  path: string;
  query: string;
  host: string | undefined;
}

/** What is decoded or refused by nobody: plain segments, none of which begins with a dot. */
const plain = /^((?:\/[\w~!$&'()*+,=:@-][\w.~!$&'()*+,=:@-]*)+|\/)(\?[!-"$-~]*)?$/;

/**
 * Reads a request target (RFC 9112, section 3.2) so that the gateway and the service behind cannot understand two
 * different paths: percent-encodings of unreserved characters are decoded (RFC 3986, section 6.2.2.2), and what could be
 * read in two ways is refused.
 * @throws AppError `bad_request`
 */
export function readTarget({ url: target = '', headers: { host } }: Pick<IncomingMessage, 'url' | 'headers'>): Target {
  const [, plainPath, plainQuery = ''] = plain.exec(target) ?? [];
  if (plainPath !== undefined) return { path: plainPath, query: plainQuery, host };
  const [, scheme, authority = '', rest = ''] = /^(https?):\/\/([^/?#]*)(.*)$/i.exec(target) ?? [];
  if (scheme !== undefined) checkAuthority(scheme, authority, host);
  const rooted = scheme === undefined ? target : rest.startsWith('/') ? rest : `/${rest}`;
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
  return { path, query, host: scheme === undefined ? host : authority };
}

function refuse(message: string): never {
  throw new AppError('bad_request', message);
}

function decodeUnreserved(encoded: string): string {
  const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
  return /[\w.~-]/.test(character) ? character : encoded.toUpperCase();
}

/** HTTP/1.0 has no Host that the authority of an absolute target would have to be. */
function checkAuthority(scheme: string, authority: string, host: string | undefined): void {
  if (!isHost(authority)) refuse('The request target is not a URL.');
  const port = scheme.toLowerCase() === 'https' ? /:443$/ : /:80$/;
  const withoutPort = (text: string) => text.toLowerCase().replace(port, '');
  if (host !== undefined && withoutPort(authority) !== withoutPort(host))
    refuse('The request target does not match Host.');
}
