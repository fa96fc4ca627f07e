import type { RequestListener } from 'node:http';
import { AppError } from '@evenkeel/errors';
import {
  packageVersion,
  createProblemHandler,
  createRequestLog,
  sendProblem,
  type OpenApiDocument,
} from '@evenkeel/service';
import express, { type Request, type Response } from 'express';
import { SERVICE_NAME } from './config.ts';
import type { Dependencies } from './dependencies.ts';
import { describeRoutes } from './description.ts';
import { createGateway } from './gateway.ts';

/** The gateway as a request listener, and the description of what it routes at the moment. */
export function createApp(dependencies: Dependencies): {
  app: RequestListener;
  openapi: () => Promise<OpenApiDocument>;
} {
  const { config, logger } = dependencies;
  const info = { title: SERVICE_NAME, version: packageVersion(import.meta.dirname) };
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use(createRequestLog(logger));
  app.use(createGateway(dependencies));
  app.use(createProblemHandler(logger));
  return {
    app: (request, response) =>
      app(request as Request, response as Response, (error?: unknown) => {
        if (error === undefined) refuseTarget(response as Response);
        // It has begun, or cannot be sent: closing the connection is the only way to show the client that it failed.
        else response.destroy();
      }),
    // Anew for each reader, since a reload may change the routes, and a deployment what is behind them.
    openapi: async () => describeRoutes(info, config.current.ROUTES, await dependencies.descriptions()),
  };
}

/** Express passes by all middleware when it cannot read the target. */
function refuseTarget(response: Response): void {
  sendProblem(response, new AppError('bad_request', 'The request target cannot be parsed.'));
}
