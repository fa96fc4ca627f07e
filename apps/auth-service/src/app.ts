import { createApiApp, describeApi, packageVersion, type OpenApiDocument } from '@evenkeel/service';
import type { Express } from 'express';
import type { Dependencies } from './dependencies.ts';
import { credentialsRoutes } from './routes/credentials.ts';
import { refreshTokenRoutes } from './routes/refresh-token.ts';
import { serviceTokenRoutes } from './routes/service-token.ts';
import { sessionRoutes } from './routes/session.ts';
import { signInRoutes } from './routes/sign-in.ts';
import { signingKeyRoutes } from './routes/signing-key.ts';

/** The application and its description, from one list of endpoints. */
export function createApp(deps: Dependencies): { app: Express; openapi: () => OpenApiDocument } {
  const endpoints = [
    ...signInRoutes(deps),
    ...refreshTokenRoutes(deps),
    ...sessionRoutes(deps),
    ...signingKeyRoutes(deps),
    ...serviceTokenRoutes(deps),
    ...credentialsRoutes(deps),
  ];
  const info = { title: 'auth-service', version: packageVersion(import.meta.dirname) };
  const openapi = () => describeApi(info, endpoints);
  return { app: createApiApp(endpoints, deps.logger, openapi), openapi };
}
