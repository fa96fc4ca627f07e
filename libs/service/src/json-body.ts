import { isUtf8 } from 'node:buffer';
import { MIMEType } from 'node:util';
import { AppError } from '@evenkeel/errors';
import { json, type RequestHandler } from 'express';
import { hasBody } from './has-body.ts';

const LIMIT_BYTES = 100 * 1024;

/** Reads a JSON body of at most 100 KiB. A body of another type is refused, not ignored. */
export function createJsonBody(): RequestHandler {
  const parse = json({ limit: LIMIT_BYTES, type: 'application/json', verify: refuseBrokenUtf8 });
  return (request, response, next) => {
    if (!hasBody(request)) return next();
    const { essence, charset } = mediaType(request.headers['content-type']);
    if (essence !== 'application/json') {
      throw new AppError('unsupported_media_type', 'The body must be application/json.');
    }
    if (!namesUtf8(charset)) {
      throw new AppError('unsupported_media_type', 'The character set is not supported; use UTF-8.');
    }
    // The parser would read the parameter by itself, and refuse `utf8`.
    request.headers['content-type'] = essence;
    parse(request, response, next);
  };
}

/** Read as browsers do (WHATWG MIME Sniffing), which pass over a semicolon at the end or a parameter without a value. */
function mediaType(header = ''): { essence: string; charset: string } {
  try {
    const { essence, params } = new MIMEType(header);
    return { essence, charset: params.get('charset') ?? 'utf-8' };
  } catch {
    return { essence: '', charset: '' };
  }
}

/**
 * JSON is UTF-8 and the parameter has no effect (RFC 8259, sections 8.1 and 11), so every name of UTF-8 (WHATWG
 * Encoding), and of ASCII, which is a part of it, will do. A name of another encoding says that the bytes are not JSON.
 */
function namesUtf8(label: string): boolean {
  if (/^(us-ascii|ascii|ansi_x3\.4-1968)$/i.test(label.trim())) return true;
  try {
    return new TextDecoder(label).encoding === 'utf-8';
  } catch {
    return false;
  }
}

/** Decoded, all bytes that are not UTF-8 (RFC 8259, section 8.1) would become one character: many passwords for one. */
function refuseBrokenUtf8(_request: unknown, _response: unknown, body: Buffer, encoding: string): void {
  if (encoding === 'utf-8' && !isUtf8(body)) throw new AppError('bad_request', 'The body is not valid UTF-8.');
}
