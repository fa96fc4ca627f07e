import type { Logger } from '@evenkeel/telemetry';
import express, { type Express, type RequestHandler } from 'express';
import { createRouter } from './api.ts';
import type { Endpoint } from './endpoint.ts';
import type { OpenApiDocument } from './openapi.ts';
import { notFound, createProblemHandler } from './problem-handler.ts';
import { createRequestLog, type RequestLog } from './request-log.ts';

/** Where a service describes itself to the gateway, which does not route it. */
export const DESCRIPTION_PATH = '/internal/openapi.json';

/**
 * An Express application for the endpoints: the order of its middleware is the order of this list.
 * @param openapi what other services may read at DESCRIPTION_PATH. It is made once, when one of them does.
 */
export function createApiApp(endpoints: readonly Endpoint[], logger: Logger, openapi?: () => OpenApiDocument): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', 'simple');
  app.use(logRequests(createRequestLog(logger)));
  if (openapi !== undefined) app.get(DESCRIPTION_PATH, sendDescription(openapi));
  app.use(createRouter(endpoints));
  app.use(notFound);
  app.use(createProblemHandler(logger));
  return app;
}

function logRequests(log: RequestLog): RequestHandler {
  return (request, response, next) => {
    log(request, response);
    next();
  };
}

function sendDescription(openapi: () => OpenApiDocument): RequestHandler {
  let description: OpenApiDocument | undefined;
  return (_request, response) => void response.json((description ??= openapi()));
}
