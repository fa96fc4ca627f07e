import type { Logger } from '@evenkeel/telemetry';
import express, { type Express } from 'express';
import { createRouter } from './api.ts';
import type { Endpoint } from './endpoint.ts';
import { refuseAmbiguous } from './framing.ts';
import { notFound, problemHandler } from './problem-handler.ts';
import { requestLog } from './request-log.ts';

/** An Express application for the endpoints: the order of its middleware is the order of this list. */
export function createApiApp(endpoints: readonly Endpoint[], logger: Logger): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', 'simple');
  app.use(requestLog(logger));
  app.use(refuseAmbiguous);
  app.use(createRouter(endpoints));
  app.use(notFound);
  app.use(problemHandler(logger));
  return app;
}
