import { AppError } from '@evenkeel/errors';
import { json, type RequestHandler } from 'express';
import { hasBody } from './has-body.ts';

const LIMIT_BYTES = 100 * 1024;

/** Reads a JSON body of at most 100 KiB. A body of another type is refused, not ignored. */
export function jsonBody(): RequestHandler {
  const parse = json({ limit: LIMIT_BYTES, type: 'application/json' });
  return (request, response, next) => {
    if (hasBody(request) && !request.is('application/json')) {
      throw new AppError('unsupported_media_type', 'The body must be application/json.');
    }
    parse(request, response, next);
  };
}
