import { isUtf8 } from 'node:buffer';
import { AppError } from '@evenkeel/errors';
import { json, type RequestHandler } from 'express';
import { hasBody } from './has-body.ts';

const LIMIT_BYTES = 100 * 1024;

/** Reads a JSON body of at most 100 KiB. A body of another type is refused, not ignored. */
export function jsonBody(): RequestHandler {
  const parse = json({ limit: LIMIT_BYTES, type: 'application/json', verify: refuseBrokenUtf8 });
  return (request, response, next) => {
    if (hasBody(request) && !request.is('application/json')) {
      throw new AppError('unsupported_media_type', 'The body must be application/json.');
    }
    parse(request, response, next);
  };
}

/** Decoded, all bytes that are not UTF-8 (RFC 8259, section 8.1) would become one character: many passwords for one. */
function refuseBrokenUtf8(_request: unknown, _response: unknown, body: Buffer, encoding: string): void {
  if (encoding === 'utf-8' && !isUtf8(body)) throw new AppError('bad_request', 'The body is not valid UTF-8.');
}
