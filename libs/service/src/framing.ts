import { isIPv4, isIPv6 } from 'node:net';

/** What there must be no two of: two readers could each believe another one. */
const singular = ['host', 'content-length', 'transfer-encoding', 'content-type', 'authorization'];

/** A reg-name, an IPv4 or a bracketed IPv6 address, and a port (RFC 9110, section 7.2). */
const hostPattern = /^(?:([\w.~%!$&'()*+,;=-]+)|\[([0-9a-f:.]+)\])(?::(\d{1,5}))?$/i;

export interface MessageHead {
  /** Alternating names and values. */
  rawHeaders: readonly string[];
  /** `1.1`, for instance. */
  httpVersion: string;
}

/**
 * What makes a request one whose sender, length or credentials two servers could read in two ways (RFC 9112, sections 2.3,
 * 3.2 and 6.3); undefined when there is nothing. Node's parser refuses most of it first; this holds however that is configured.
 */
export function findMistake({ rawHeaders, httpVersion }: MessageHead): string | undefined {
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return 'The version of HTTP is not supported.';
  const found = new Map<string, string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? '';
    if (!singular.includes(name)) continue;
    if (found.has(name)) return `There must be only one ${name} header.`;
    found.set(name, rawHeaders[index + 1]?.trim() ?? '');
  }

  const host = found.get('host');
  if (host === undefined && httpVersion === '1.1') return 'The request has no Host header.';
  if (host !== undefined && !isHost(host)) return 'Host is not valid.';

  const coding = found.get('transfer-encoding');
  if (coding === undefined) return undefined;
  if (found.has('content-length')) return 'A request has a Content-Length or a Transfer-Encoding, not both.';
  if (coding.toLowerCase() === 'chunked' && httpVersion === '1.1') return undefined;
  return 'The only Transfer-Encoding allowed is chunked, in HTTP/1.1.';
}

/** Whether the text is a host with or without a port, as `Host` and the target of a request name it. */
export function isHost(text: string): boolean {
  const [whole, name = '', literal, port = '0'] = hostPattern.exec(text) ?? [];
  if (whole === undefined || Number(port) > 65_535) return false;
  if (literal !== undefined) return isIPv6(literal);
  // Four numbers are an address and nothing else.
  return !/^\d+(\.\d+){3}$/.test(name) || isIPv4(name);
}
