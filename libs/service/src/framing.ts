import { isIPv4, isIPv6 } from 'node:net';
import { AppError } from '@evenkeel/errors';
import type { RequestHandler } from 'express';

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
 * Refuses a request whose sender, length or credentials two servers could read in two ways (RFC 9112, sections 3.2 and
 * 6.3). Node's parser refuses most of it first; this holds however that is configured.
 * @throws AppError `bad_request`
 */
export function checkFraming({ rawHeaders, httpVersion }: MessageHead): void {
  const found = new Map<string, string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? '';
    if (!singular.includes(name)) continue;
    if (found.has(name)) throw new AppError('bad_request', `There must be only one ${name} header.`);
    found.set(name, rawHeaders[index + 1]?.trim() ?? '');
  }

  const host = found.get('host');
  if (host !== undefined && !isHost(host)) throw new AppError('bad_request', 'Host is not valid.');

  const coding = found.get('transfer-encoding');
  if (coding === undefined) return;
  if (found.has('content-length')) {
    throw new AppError('bad_request', 'A request has a Content-Length or a Transfer-Encoding, not both.');
  }
  if (coding.toLowerCase() !== 'chunked' || httpVersion !== '1.1') {
    throw new AppError('bad_request', 'The only Transfer-Encoding allowed is chunked, in HTTP/1.1.');
  }
}

/** Whether the text is a host with or without a port, as `Host` and the target of a request name it. */
export function isHost(text: string): boolean {
  const [whole, name = '', literal, port = '0'] = hostPattern.exec(text) ?? [];
  if (whole === undefined || Number(port) > 65_535) return false;
  if (literal !== undefined) return isIPv6(literal);
  // Four numbers are an address and nothing else.
  return !/^\d+(\.\d+){3}$/.test(name) || isIPv4(name);
}

/** Refuses such requests before any route sees them. */
export const refuseAmbiguous: RequestHandler = (request, _response, next) => {
  checkFraming(request);
  next();
};
