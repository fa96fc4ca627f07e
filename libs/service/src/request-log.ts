import type { Logger } from '@evenkeel/telemetry';
import { context } from '@opentelemetry/api';
import type { RequestHandler } from 'express';

/** One line a request: what was asked and how it went. Never the query, which may hold what is not for logs. */
export function createRequestLog(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const start = performance.now();
    const { method, path } = request;
    // The end of a connection belongs to no request by itself.
    const log = context.bind(context.active(), () => {
      logger.info(
        {
          method,
          path,
          status: response.statusCode,
          duration_ms: Math.round(performance.now() - start),
          // A gateway gives the request its id, and says so in its response.
          request_id: response.getHeader('x-request-id') ?? request.get('x-request-id'),
        },
        response.writableFinished ? 'request' : 'request aborted',
      );
    });
    response.once('close', log);
    next();
  };
}
