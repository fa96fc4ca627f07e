import type { RequestListener } from 'node:http';
import { metricsHandler, type Logger } from '@evenkeel/telemetry';
import express, { type Express } from 'express';
import { createDocsRouter, TRY_PATH, createTryRoute } from './docs.ts';
import { observeChecks } from './health-metrics.ts';
import type { OpenApiDocument } from './openapi.ts';
import { notFound, createProblemHandler } from './problem-handler.ts';
import { report, type Phase, type StatusOptions } from './status.ts';

export interface AdminOptions extends StatusOptions {
  phase: () => Phase;
  openapi: () => OpenApiDocument | Promise<OpenApiDocument>;
  /** What the page at `/docs` sends requests to; without it the page only describes. */
  tries?: RequestListener | undefined;
  logger: Logger;
}

/** What operators see: health, metrics and the API description. Never routed to by the gateway. */
export function createAdminApp(options: AdminOptions): Express {
  const app = express();
  const showChecks = observeChecks();
  app.disable('x-powered-by');
  app.get('/livez', (_request, response) => void response.json({ status: 'ok' }));
  app.get('/readyz', (_request, response) => {
    const phase = options.phase();
    response.status(phase === 'ready' ? 200 : 503).json({ status: phase });
  });
  app.get('/healthz', async (_request, response) => {
    const health = await report(options);
    showChecks(health.checks);
    response.status(health.status === 'ok' ? 200 : 503).json(health);
  });
  app.get('/metrics', metricsHandler);
  app.get('/openapi.json', async (_request, response) => {
    const servers = options.tries === undefined ? {} : { servers: [{ url: TRY_PATH }] };
    response.json({ ...(await options.openapi()), ...servers });
  });
  app.use('/docs', createDocsRouter(options.tries !== undefined));
  if (options.tries !== undefined) app.use(TRY_PATH, createTryRoute(options.tries));
  app.use(notFound, createProblemHandler(options.logger));
  return app;
}
