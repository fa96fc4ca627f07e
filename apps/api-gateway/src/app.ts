import type { RequestListener } from 'node:http';
import { packageVersion, type OpenApiDocument } from '@evenkeel/service';
import { SERVICE_NAME } from './config.ts';
import type { Dependencies } from './dependencies.ts';
import { describeRoutes } from './description.ts';
import { createGateway } from './gateway.ts';

/** The gateway as a request listener, and the description of what it routes at the moment. */
export function createApp(dependencies: Dependencies): {
  app: RequestListener;
  openapi: () => Promise<OpenApiDocument>;
} {
  const { config } = dependencies;
  const info = { title: SERVICE_NAME, version: packageVersion(import.meta.dirname) };
  return {
    app: createGateway(dependencies),
    // Anew for each reader, since a reload may change the routes, and a deployment what is behind them.
    openapi: async () => describeRoutes(info, config.current.ROUTES, await dependencies.descriptions()),
  };
}
