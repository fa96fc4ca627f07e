import { MIMEType } from 'node:util';
import { AppError } from '@evenkeel/errors';
import { json, type RequestHandler } from 'express';
import { hasBody } from './has-body.ts';

const LIMIT_BYTES = 100 * 1024;

/** Reads a JSON body of at most 100 KiB. A body of another type is refused, not ignored. */
export function jsonBody(): RequestHandler {
  const parse = json({ limit: LIMIT_BYTES, type: 'application/json' });
  return (request, response, next) => {
    if (!hasBody(request)) return next();
    const { essence, charset } = mediaType(request.headers['content-type']);
    if (essence !== 'application/json') {
      throw new AppError('unsupported_media_type', 'The body must be application/json.');
    }
    if (!isUtf8(charset)) {
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
function isUtf8(label: string): boolean {
  if (/^(us-ascii|ascii|ansi_x3\.4-1968)$/i.test(label.trim())) return true;
  try {
    return new TextDecoder(label).encoding === 'utf-8';
  } catch {
    return false;
  }
}
