import type { RequestListener } from 'node:http';
import { AppError } from '@evenkeel/errors';
import { packageVersion, problemHandler, requestLog, sendProblem, type OpenApiDocument } from '@evenkeel/service';
import express, { type Request, type Response } from 'express';
import type { GatewayDependencies } from './dependencies.ts';
import { describeRoutes } from './description.ts';
import { createGateway } from './gateway.ts';

/** The gateway as a request listener, and the description of what it routes at the moment. */
export function createApp(dependencies: GatewayDependencies): {
  app: RequestListener;
  openapi: () => Promise<OpenApiDocument>;
} {
  const { config, logger } = dependencies;
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use(requestLog(logger));
  app.use(createGateway(dependencies));
  app.use(problemHandler(logger));
  return {
    app: (request, response) =>
      app(request as Request, response as Response, (error?: unknown) => {
        if (error === undefined) refuseTarget(response as Response);
        // It has begun, or cannot be sent: only cutting it tells the client so.
        else response.destroy();
      }),
    // Anew for each reader, since a reload may change the routes, and a deployment what is behind them.
    openapi: async () =>
      describeRoutes(packageVersion(import.meta.dirname), config.current.ROUTES, await dependencies.descriptions()),
  };
}

/** Express passes by all middleware when it cannot read the target. */
function refuseTarget(response: Response): void {
  sendProblem(response, new AppError('bad_request', 'The target of the request cannot be read.'));
}
