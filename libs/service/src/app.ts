import type { Logger } from '@evenkeel/telemetry';
import express, { type Express, type RequestHandler } from 'express';
import { createRouter } from './api.ts';
import type { Endpoint } from './endpoint.ts';
import { notFound, problemHandler } from './problem-handler.ts';

/** An Express application for the endpoints: the order of its middleware is the order of this list. */
export function createApiApp(endpoints: readonly Endpoint[], logger: Logger): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', 'simple');
  app.use(requestLog(logger));
  app.use(createRouter(endpoints));
  app.use(notFound);
  app.use(problemHandler(logger));
  return app;
}

/** One line a request: what was asked and how it went. Never the query, which may hold what is not for logs. */
function requestLog(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const start = performance.now();
    const { method, path } = request;
    response.once('close', () => {
      logger.info(
        {
          method,
          path,
          status: response.statusCode,
          duration_ms: Math.round(performance.now() - start),
          request_id: request.get('x-request-id'),
        },
        response.writableFinished ? 'request' : 'request aborted',
      );
    });
    next();
  };
}
